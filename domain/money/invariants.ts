import type { Decimal } from "decimal.js";
import { Amount } from "./money.js";
import type { Posting } from "./postings.js";

/** Sum of all postings by account, then by currency. */
export type Balances = ReadonlyMap<string, ReadonlyMap<string, Decimal>>;

export function balancesOf(postings: Iterable<Posting>): Balances {
  const balances = new Map<string, Map<string, Decimal>>();
  for (const { account, amount, currency } of postings) {
    const ofAccount = balances.get(account) ?? new Map<string, Decimal>();
    ofAccount.set(currency, (ofAccount.get(currency) ?? new Amount(0)).plus(amount));
    balances.set(account, ofAccount);
  }
  return balances;
}

/** What holds after every event, whatever came before; each sentence names what is broken. */
export function brokenInvariants(balances: Balances): string[] {
  return [
    ...sumsToZero(balances, settledAndOwed, "every settled cent is owed to somebody"),
    ...sumsToZero(balances, givenAndUsed, "what was given is used, promised or on its way"),
    ...neverDebit(balances),
  ];
}

const settledAndOwed = (account: string): boolean =>
  /^assets:\w+:balance$/.test(account) ||
  (account.startsWith("liabilities:") && !account.startsWith("liabilities:suspense:"));

const givenAndUsed = (account: string): boolean =>
  /^(income|expenses):/.test(account) ||
  /^assets:\w+:(clearing|disputed)$/.test(account) ||
  account === "equity:conversion";

function sumsToZero(
  balances: Balances,
  counts: (account: string) => boolean,
  rule: string,
): string[] {
  const sums = new Map<string, Decimal>();
  for (const [account, ofAccount] of balances) {
    if (!counts(account)) continue;
    for (const [currency, amount] of ofAccount) {
      sums.set(currency, (sums.get(currency) ?? new Amount(0)).plus(amount));
    }
  }
  return [...sums].filter(([, sum]) => !sum.isZero()).map(([currency]) => `${currency}: ${rule}`);
}

/** Nobody who worked can owe us anything. */
function neverDebit(balances: Balances): string[] {
  const theirs = /^liabilities:(node:|payout:|pool:workers$)/;
  return [...balances].flatMap(([account, ofAccount]) =>
    theirs.test(account)
      ? [...ofAccount]
          .filter(([, amount]) => amount.greaterThan(0))
          .map(([currency]) => `${currency}: ${account} is never a debit`)
      : [],
  );
}
