import { DomainError } from "../errors.js";
import type { Instant } from "../time.js";
import type { PayableEvent, WaivedTo } from "./events.js";

/** A share by its month and node, within what one operator is owed in one currency. */
export interface ShareName {
  readonly month: string;
  readonly payId: string;
}

/** What became of a share. One that nothing happened to has no fate: it is owed. */
export type Fate =
  | {
      readonly status: "voided";
      readonly at: Instant;
      readonly evidenceSha256: string;
      readonly appeal: "none" | "open" | "rejected";
    }
  /** Owed again. The same evidence does not take it back a second time. */
  | { readonly status: "restored"; readonly evidenceSha256: string }
  | { readonly status: "waived"; readonly to: WaivedTo }
  | { readonly status: "lapsed" };

/** What everybody is told of a share. One of 0 is nothing to begin with. */
export const shareFates = ["nothing", "owed", "voided", "waived", "lapsed"] as const;
export type ShareFate = (typeof shareFates)[number];

/** By the name of the share, see `nameOf`. */
export type PayableState = Map<string, Fate>;

export const nameOf = ({ month, payId }: ShareName): string => `${month} ${payId}`;

export const fateOf = (fates: PayableState, share: ShareName): Fate | undefined =>
  fates.get(nameOf(share));

export const isOwed = (fate: Fate | undefined): boolean =>
  fate === undefined || fate.status === "restored";

const fateWords: Readonly<Record<Exclude<Fate["status"], "restored">, string>> = {
  voided: "was taken back",
  waived: "was waived",
  lapsed: "has lapsed",
};

/** @throws DomainError SHARE_NOT_OWED, where something else became of the share */
export function requireOwed(fates: PayableState, share: ShareName): void {
  const fate = fateOf(fates, share);
  if (fate === undefined || fate.status === "restored") return;
  const message = `That share is not owed any more: it ${fateWords[fate.status]}.`;
  throw new DomainError("SHARE_NOT_OWED", message);
}

export function evolve(fates: PayableState, event: PayableEvent): PayableState {
  const { type } = event;
  switch (type) {
    case "ShareVoided": {
      const { at, evidenceSha256 } = event.data.private;
      const fate = { status: "voided", at, evidenceSha256, appeal: "none" } as const;
      return fates.set(nameOf(event.data.public), fate);
    }
    case "ShareRestored": {
      const fate = fateOf(fates, event.data.public);
      if (fate?.status !== "voided") return fates;
      const { evidenceSha256 } = fate;
      return fates.set(nameOf(event.data.public), { status: "restored", evidenceSha256 });
    }
    case "ShareWaived": {
      const { to } = event.data.public;
      return fates.set(nameOf(event.data.public), { status: "waived", to });
    }
    case "ShareLapsed":
      return fates.set(nameOf(event.data.public), { status: "lapsed" });
    case "ShareAppealed":
      return withAppeal(fates, event.data.private, "open");
    case "ShareAppealRejected":
      return withAppeal(fates, event.data.private, "rejected");
  }
}

function withAppeal(
  fates: PayableState,
  share: ShareName,
  appeal: "open" | "rejected",
): PayableState {
  const fate = fateOf(fates, share);
  return fate?.status === "voided" ? fates.set(nameOf(share), { ...fate, appeal }) : fates;
}
