import type { PayableEvent } from "./events.js";

/** A share by its month and node, within what one operator is owed in one currency. */
export interface ShareName {
  readonly month: string;
  readonly payId: string;
}

/** What became of a share. One that nothing happened to has no fate: it is owed. */
export type Fate =
  /** By which evidence: the same never takes it back again, once that was undone. */
  { readonly status: "voided"; readonly evidenceSha256: string };

/** By the name of the share, see `nameOf`. */
export type PayableState = Map<string, Fate>;

export const nameOf = ({ month, payId }: ShareName): string => `${month} ${payId}`;

export const fateOf = (fates: PayableState, share: ShareName): Fate | undefined =>
  fates.get(nameOf(share));

export function evolve(fates: PayableState, { type, data }: PayableEvent): PayableState {
  switch (type) {
    case "ShareVoided":
      return fates.set(nameOf(data.public), {
        status: "voided",
        evidenceSha256: data.private.evidenceSha256,
      });
  }
}
