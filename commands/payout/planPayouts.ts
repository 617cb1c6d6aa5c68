import { day } from "../../domain/limits.js";
import type { Balances } from "../../domain/money/invariants.js";
import {
  decimalOf,
  isPositive,
  type Money,
  minus,
  moneyOf,
  plus,
  zero,
} from "../../domain/money/money.js";
import { type PayoutMethod, payoutMethods } from "../../domain/operator/payoutMethods.js";
import { payoutBatchDecider } from "../../domain/payoutBatch/decider.js";
import { sumOf } from "../../domain/payoutBatch/postings.js";
import { standingItems } from "../../domain/payoutBatch/state.js";
import { type PlannedTogether, pack } from "../../domain/payouts/batches.js";
import {
  type Candidate,
  candidateOf,
  type MinimumOf,
  type Owed,
  type Stays,
} from "../../domain/payouts/candidates.js";
import { paidFrom } from "../../domain/payouts/methods.js";
import { plusMs } from "../../domain/time.js";
import type { Log } from "../../platform/process/log.js";
import { type Ledger, load } from "../handle.js";
import { owedTo, type Rules } from "./owedTo.js";
import { type OwedByLog, readOwed } from "./readOwed.js";

/** A share is paid no sooner after its distribution was finalized. */
const finalMs = 7 * day;

export interface Planning extends Rules {
  readonly ledger: Ledger;
  readonly log: Log;
  readonly minimumOf: MinimumOf;
  /** What the provider says is available; undefined where nobody can be asked, as a bank. */
  readonly askProvider: (method: PayoutMethod, currency: string) => Promise<Money | undefined>;
  readonly isSingleAccepted: boolean;
  readonly onProgress?: (done: number, all: number) => void;
}

/** What a maintainer is shown of one method and currency. */
export interface Funds {
  readonly method: PayoutMethod;
  readonly currency: string;
  /** What the ledger holds there and has not promised. */
  readonly held: Money;
  readonly available: Money | undefined;
  readonly due: Money;
  /** What would have to be moved there to pay all that is due; zero where it is enough. */
  readonly missing: Money;
}

export interface PayoutPlan {
  readonly batches: readonly PlannedTogether[];
  readonly stays: readonly Stays[];
  readonly funds: readonly Funds[];
}

/** What could be paid now, and what stays and why. Writes nothing. */
export async function planPayouts(planning: Planning): Promise<PayoutPlan> {
  const { ledger, log, minimumOf } = planning;
  const read = await readOwed(ledger, log);
  const owed = await allOwed(planning, read);
  const sorted = owed.map((each) => candidateOf(each, minimumOf));
  const candidates = sorted.flatMap(({ candidate }) => candidate ?? []);
  const planned = await sumsPlanned(ledger, read);
  const stays = sorted.flatMap((each) => each.stays);
  const batches: PlannedTogether[] = [];
  const funds: Funds[] = [];
  const left = new Map<string, Money>();
  for (const [method, currency] of placesOf(candidates)) {
    const own = candidates.filter((each) => each.method === method && each.currency === currency);
    const place = `${paidFrom[method]} ${currency}`;
    const held = left.get(place) ?? freeIn(read.balances, place, planned.get(place));
    const available = await planning.askProvider(method, currency);
    const usable = smaller(held, available);
    const packed = pack(own, { ...planning, method, currency, available: usable });
    batches.push(...packed.batches);
    stays.push(...packed.stays);
    const due = sumOf(
      own.map(({ amount }) => amount),
      currency,
    );
    const taken = packed.batches.flatMap(({ items }) => items.map(({ amount }) => amount));
    left.set(place, minus(held, sumOf(taken, currency)));
    funds.push({ method, currency, held, available, due, missing: positive(minus(due, usable)) });
  }
  return { batches, stays, funds };
}

const placesOf = (candidates: readonly Candidate[]): [PayoutMethod, string][] =>
  payoutMethods.flatMap((method) =>
    [...new Set(candidates.filter((each) => each.method === method).map((each) => each.currency))]
      .sort()
      .map((currency): [PayoutMethod, string] => [method, currency]),
  );

const positive = (money: Money): Money => (isPositive(money) ? money : zero(money.currency));
const smaller = (a: Money, b: Money | undefined): Money =>
  positive(b !== undefined && decimalOf(b).lessThan(decimalOf(a)) ? b : a);

async function allOwed(planning: Planning, read: OwedByLog): Promise<Owed[]> {
  const latest = plusMs(planning.at, -finalMs);
  const byPayable = new Map<string, Parameters<typeof owedTo>[1]["shares"][number][]>();
  for (const share of read.shares) {
    const operatorId = read.operators.get(share.payId);
    const finalizedAt = read.finalizedAt.get(`${share.month} ${share.currency}`);
    if (operatorId === undefined || finalizedAt === undefined || finalizedAt > latest) continue;
    const key = `${operatorId} ${share.currency}`;
    const own = byPayable.get(key) ?? [];
    own.push({ ...share, isSuspended: read.suspended.has(share.payId) });
    byPayable.set(key, own);
  }
  const owed: Owed[] = [];
  let done = 0;
  for (const [key, shares] of byPayable) {
    const [operatorId = "", currency = ""] = key.split(" ");
    const isPayeeElsewhere = (payeeId: string) => (read.payees.get(payeeId)?.size ?? 0) > 1;
    owed.push(
      ...(await owedTo(
        planning.ledger,
        { operatorId, currency, shares, isPayeeElsewhere },
        planning,
      )),
    );
    done += 1;
    planning.onProgress?.(done, byPayable.size);
  }
  return owed;
}

/** What is planned and not sent yet, by our account and currency: it is as good as gone. */
async function sumsPlanned(
  { store }: Ledger,
  { openBatchIds }: OwedByLog,
): Promise<Map<string, Money>> {
  const sums = new Map<string, Money>();
  for (const batchId of openBatchIds) {
    const { state } = await load(store, payoutBatchDecider, { batchId });
    if (state.status === "absent" || state.sending !== undefined) continue;
    const place = `${paidFrom[state.method]} ${state.currency}`;
    const sum = sumOf(
      standingItems(state).map(({ item }) => item),
      state.currency,
    );
    sums.set(place, plus(sums.get(place) ?? zero(state.currency), sum));
  }
  return sums;
}

/** What lies in our account and is promised to nobody. */
function freeIn(balances: Balances, place: string, planned: Money | undefined): Money {
  const [provider = "", currency = ""] = place.split(" ");
  const balanceOf = (account: string) =>
    moneyOf(balances.get(account)?.get(currency) ?? 0, currency);
  const promised = payoutMethods
    .filter((method) => paidFrom[method] === provider)
    .map((method) => balanceOf(`liabilities:payout:${method}`));
  const free = [balanceOf(`assets:${provider}:balance`), ...promised].reduce(plus);
  return planned === undefined ? free : minus(free, planned);
}
