import type { LedgerEvent, LedgerEventOf } from "../ledger.js";

/** What whoever is paid must hear of, at every address that was theirs lately. */
export const payoutNewsTypes = [
  "PayoutAccountLinked",
  "PayoutAccountVerified",
  "PayoutAccountRemoved",
  "PayoutAccountFrozen",
  "PayoutAccountUnfrozen",
  "PasswordChanged",
] as const;
export type PayoutNews = LedgerEventOf<(typeof payoutNewsTypes)[number]>;

const types: ReadonlySet<string> = new Set(payoutNewsTypes);

/** A proof among others is none: it changes nothing yet. */
export function isPayoutNews(event: LedgerEvent): event is PayoutNews {
  if (event.type === "PayoutAccountVerified") return event.data.private.isEffective;
  return types.has(event.type);
}

/** Whom it concerns. */
export const operatorOf = ({ type, data }: PayoutNews): string =>
  type === "PasswordChanged" ? data.private.userId : data.private.operatorId;
