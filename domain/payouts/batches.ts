import { Amount, type Money, plus, zero } from "../money/money.js";
import type { PayoutMethod } from "../operator/payoutMethods.js";
import { nodesPerBatchMax, sharesPerBatchMax } from "../payoutBatch/events.js";
import type { Candidate, Stays } from "./candidates.js";

export interface PlannedTogether {
  readonly method: PayoutMethod;
  readonly currency: string;
  readonly items: readonly Candidate[];
}

export interface Packing {
  readonly method: PayoutMethod;
  readonly currency: string;
  /** No more than this is planned: the smaller of what the ledger holds and the provider says is available. */
  readonly available: Money;
  readonly isSingleAccepted: boolean;
}

/** Whoever waits longest comes first; who finds no money left, or would be alone, waits for the next time. */
export function pack(
  candidates: readonly Candidate[],
  packing: Packing,
): { readonly batches: readonly PlannedTogether[]; readonly stays: readonly Stays[] } {
  const { method, currency, isSingleAccepted } = packing;
  const { funded, stays } = withinFunds([...candidates].sort(byAge), packing);
  const batches: Candidate[][] = [];
  for (const candidate of funded) {
    const last = batches.at(-1);
    if (last === undefined || isTooMuch([...last, candidate])) batches.push([candidate]);
    else last.push(candidate);
  }
  // The last one may have a single payee: another keeps it company.
  const [last, before] = [batches.at(-1), batches.at(-2)];
  const moved = before?.at(-1);
  if (last !== undefined && moved !== undefined && showsOneOperator(last)) {
    if (!isTooMuch([moved, ...last])) last.unshift(...(before?.splice(-1) ?? []));
  }
  const alone = isSingleAccepted ? [] : batches.filter(showsOneOperator).flat();
  return {
    batches: batches
      .filter((items) => isSingleAccepted || !showsOneOperator(items))
      .map((items) => ({ method, currency, items })),
    stays: [...stays, ...alone.map((candidate) => stayOf(candidate, "PAYEE_ALONE"))],
  };
}

const oldestOf = ({ shares }: Candidate): string =>
  shares.map(({ month }) => month).sort()[0] ?? "";
const byAge = (a: Candidate, b: Candidate): number =>
  `${oldestOf(a)} ${a.operatorId}` < `${oldestOf(b)} ${b.operatorId}` ? -1 : 1;

const stayOf = ({ operatorId, amount }: Candidate, reason: string): Stays => ({
  operatorId,
  amount,
  reasons: [reason],
});

function withinFunds(candidates: readonly Candidate[], { currency, available }: Packing) {
  let sum = zero(currency);
  const [funded, stays]: [Candidate[], Stays[]] = [[], []];
  for (const candidate of candidates) {
    const next = plus(sum, candidate.amount);
    if (new Amount(next.amount).greaterThan(available.amount)) {
      stays.push(stayOf(candidate, "NO_FUNDS"));
      continue;
    }
    funded.push(candidate);
    sum = next;
  }
  return { funded, stays };
}

function isTooMuch(items: readonly Candidate[]): boolean {
  const shares = items.flatMap((item) => item.shares);
  const nodes = new Set(shares.map(({ payId }) => payId));
  return nodes.size > nodesPerBatchMax || shares.length > sharesPerBatchMax;
}

/** Its entry would show which nodes are one operator's. */
function showsOneOperator(items: readonly Candidate[]): boolean {
  const payees = new Set(items.map(({ payeeId }) => payeeId));
  const nodes = new Set(items.flatMap(({ shares }) => shares.map(({ payId }) => payId)));
  return payees.size === 1 && nodes.size > 1;
}
