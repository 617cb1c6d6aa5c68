import { Amount, type Money, moneyOf } from "./money.js";

/** What moved in an account in one currency, in one month or in several. */
export interface Turnover {
  readonly account: string;
  readonly turnover: Money;
  readonly entries: number;
}

/** What the public is told of a month, in words; each is the turnover of accounts of one form. */
const kinds = [
  { kind: "received", account: /^income:donations:(\w+)$/, sign: -1 },
  { kind: "refunded", account: /^income:refunds:(\w+)$/, sign: 1 },
  { kind: "disputes-lost", account: /^income:disputed:(\w+)$/, sign: 1 },
  { kind: "fees", account: /^expenses:fees:(\w+)$/, sign: 1 },
  { kind: "dispute-fees", account: /^expenses:disputes:(\w+)$/, sign: 1 },
  { kind: "payout-fees", account: /^expenses:payout-fees:(\w+)$/, sign: 1 },
  { kind: "spent", account: /^expenses:(infrastructure|development)$/, sign: 1 },
  { kind: "kept-in-suspense", account: /^assets:(\w+):suspense$/, sign: 1 },
  { kind: "added-to-pool", account: /^liabilities:undistributed()$/, sign: -1 },
] as const;
export const totalKinds = kinds.map(({ kind }) => kind);
export type TotalKind = (typeof kinds)[number]["kind"];

export interface Total {
  readonly kind: TotalKind;
  /** The provider or the fund; null where it is all of it. */
  readonly source: string | null;
  readonly account: string;
  readonly amount: Money;
  /** How many entries of the account make it. */
  readonly entries: number;
}

/** In the order of the kinds, then of accounts and currencies. */
export const totalsOf = (turnovers: readonly Turnover[]): Total[] =>
  kinds.flatMap(({ kind, account, sign }) =>
    turnovers.flatMap((row) => {
      const match = account.exec(row.account);
      if (match === null) return [];
      const { amount, currency } = row.turnover;
      const source = match[1] === undefined || match[1] === "" ? null : match[1];
      const shown = moneyOf(new Amount(amount).times(sign), currency);
      return [{ kind, source, account: row.account, amount: shown, entries: row.entries }];
    }),
  );
