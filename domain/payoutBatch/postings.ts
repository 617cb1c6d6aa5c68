import { type Money, minus, moneyOf, plus, zero } from "../money/money.js";
import { credit, debit, entry, netted, type Posting } from "../money/postings.js";
import type { PayoutMethod } from "../operator/payoutMethods.js";
import { paidFrom } from "../payouts/methods.js";
import type { BatchItem } from "./events.js";

interface Sent {
  readonly method: PayoutMethod;
  readonly currency: string;
}

export const sumOf = (items: readonly { readonly amount: string }[], currency: string): Money =>
  items.reduce<Money>((sum, { amount }) => plus(sum, moneyOf(amount, currency)), zero(currency));

/**
 * A node has one line, however many of its shares are paid; so has all that came back from earlier
 * payouts. No line says whose a node is.
 */
export function sentPostings({ method, currency }: Sent, items: readonly BatchItem[]): Posting[] {
  const lines = items.flatMap(({ shares }) =>
    shares.map(({ payId, amount, isReturned }) =>
      debit(
        isReturned ? "liabilities:payout:returned" : `liabilities:node:${payId}`,
        moneyOf(amount, currency),
      ),
    ),
  );
  const promised = credit(`liabilities:payout:${method}`, sumOf(items, currency));
  // In an order that follows from the accounts alone: that of the items would put an operator's nodes together.
  const sorted = netted(lines).sort((a, b) => (a.account < b.account ? -1 : 1));
  return [...sorted, promised];
}

export interface OutcomeSums {
  readonly completed: Money;
  readonly failed: Money;
  readonly returned: Money;
  readonly fees: Money;
}

/**
 * What failed or came back is owed to its payees together, in one account: back in their nodes' accounts it
 * would show which nodes are one operator's. Fees are borne by the infrastructure fund.
 */
export function outcomePostings(method: PayoutMethod, sums: OutcomeSums): Posting[] {
  const { completed, failed, returned, fees } = sums;
  const provider = paidFrom[method];
  const left = plus(completed, failed);
  const back = plus(failed, returned);
  return entry(
    debit(`liabilities:payout:${method}`, left),
    credit("liabilities:payout:returned", back),
    debit(`assets:${provider}:balance`, minus(minus(returned, completed), fees)),
    debit(`expenses:payout-fees:${provider}`, fees),
    debit("liabilities:pool:infrastructure", fees),
    credit("expenses:dedicated", fees),
  );
}
