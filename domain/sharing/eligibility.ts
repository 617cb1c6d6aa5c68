import type { OwnWork } from "../generation/events.js";
import type { Policy } from "./policies.js";

/** What is known of a piece of work, and of those behind it, when its month is closed. */
export interface Circumstances {
  readonly isVoided: boolean;
  /** Its node is claimed by now; it was, before the work. */
  readonly isClaimed: boolean;
  readonly wasClaimed: boolean;
  /** Its node was trusted before the work. */
  readonly wasTrusted: boolean;
  /** Who asked is the node's operator. */
  readonly ofOnePerson: boolean;
  /** Who asked and the node's operator are paid at one account. */
  readonly ofOnePayee: boolean;
  /** It was drawn from one payee while several were online. */
  readonly nobodyElseCould: boolean;
}

/** Why work counts nothing. Only the node's operator is told which it is; that it is none is public. */
export const reasonsNotCounted = [
  "voided",
  "node-not-claimed",
  "node-not-trusted",
  "asked-by-operator",
  "asked-by-payee",
  "nobody-else-could",
] as const;
export type NotCounted = (typeof reasonsNotCounted)[number];

/** Undefined for work that counts. */
export function notCounted(policy: Policy, work: Circumstances): NotCounted | undefined {
  if (work.isVoided) return "voided";
  switch (policy) {
    case "v1":
      return work.isClaimed ? undefined : "node-not-claimed";
    case "v2":
      return notCountedByV2(work);
  }
}

function notCountedByV2(work: Circumstances): NotCounted | undefined {
  if (!work.wasClaimed) return "node-not-claimed";
  if (!work.wasTrusted) return "node-not-trusted";
  if (work.ofOnePerson) return "asked-by-operator";
  if (work.ofOnePayee) return "asked-by-payee";
  return work.nobodyElseCould ? "nobody-else-could" : undefined;
}

/** What the lease found. Many share an address block who have nothing else in common. */
export const isOfOnePerson = (ownWork: OwnWork | undefined): boolean =>
  ownWork === "same-account" || ownWork === "same-mail";
export const isOfOnePayee = (ownWork: OwnWork | undefined): boolean => ownWork === "same-payee";

/** From how many payees work was drawn, and how many were online; null where that was not counted. */
export interface Draw {
  readonly drawnFrom: number | null;
  readonly payeesOnline: number | null;
}

/** While so many payees are online, work that only one of them could get counts nothing. */
const payeesOnlineMin = 3;

export const nobodyElseCould = ({ drawnFrom, payeesOnline }: Draw): boolean =>
  drawnFrom !== null && payeesOnline !== null && drawnFrom <= 1 && payeesOnline >= payeesOnlineMin;
