import { distributionDecider } from "../../domain/distribution/decider.js";
import { type DistributionName, distributionStream } from "../../domain/distribution/events.js";
import { minorOf, moneyOfMinor } from "../../domain/money/minor.js";
import { type Money, zero } from "../../domain/money/money.js";
import type { Plan, Predecessor } from "../../domain/sharing/plan.js";
import { sumOfShares } from "../../domain/sharing/split.js";
import { reserveMonths, type Terms } from "../../domain/sharing/terms.js";
import { previousMonth } from "../../domain/time.js";
import { eventIdOf, reactionId } from "../../platform/ids.js";
import { type Ledger, load } from "../handle.js";

type Store = Pick<Ledger, "store">;

type Finalizing = Pick<Plan["shown"], "closing" | "month" | "currency">;

/** The command that finalizes a distribution: its id follows from the closing, so whoever does it does the same. */
export const finalizingId = ({ closing, currency }: Finalizing): string =>
  reactionId(closing, `finalize ${currency}`);

/** The event that it leads to, known before it is written. */
export const finalizedIdOf = (shown: Finalizing): string =>
  eventIdOf(finalizingId(shown), distributionStream(shown), 0);

export const loadDistribution = ({ store }: Store, name: DistributionName) =>
  load(store, distributionDecider, name);

/** By what a distribution was begun; undefined where none was. */
export async function termsOf(ledger: Store, name: DistributionName): Promise<Terms | undefined> {
  const { state } = await loadDistribution(ledger, name);
  return state.status === "absent" ? undefined : state.started.data.public.terms;
}

/** What was planned in this run, which need not be recorded. */
export type Planned = readonly Plan[];

const plannedFor = (planned: Planned, name: DistributionName): Plan | undefined =>
  planned.find(({ shown }) => shown.month === name.month && shown.currency === name.currency);

/** The month's before, which this one goes on from; undefined for the first of its currency. */
export async function predecessorOf(
  ledger: Store,
  { month, currency }: DistributionName,
  planned: Planned,
): Promise<Predecessor | undefined> {
  const name = { month: previousMonth(month), currency };
  const plan = plannedFor(planned, name);
  if (plan !== undefined) return afterPlan(plan);
  const { state, events } = await loadDistribution(ledger, name);
  if (state.status === "absent") return undefined;
  const last = events.at(-1);
  if (state.status === "started" || last === undefined) {
    throw new Error(`${name.month} is not shared out in ${currency}.`);
  }
  const { pooled } = state.started.data.public;
  return { finalized: last.id, pooled, carriedOut: state.finalized.data.public.carriedOut };
}

function afterPlan({ shown, shares }: Plan): Predecessor {
  const { currency, pooled, toShare } = shown;
  const carriedOut = minorOf(toShare) - sumOfShares(shares);
  return {
    finalized: finalizedIdOf(shown),
    pooled,
    carriedOut: moneyOfMinor(carriedOut, currency),
  };
}

/** What was kept back so many closings ago. */
export async function releasedFor(
  ledger: Store,
  { month: now, currency }: DistributionName,
  planned: Planned,
): Promise<Money> {
  let month = now;
  for (let back = 0; back < reserveMonths; back += 1) month = previousMonth(month);
  const plan = plannedFor(planned, { month, currency });
  if (plan !== undefined) return plan.shown.reserved;
  const { state } = await loadDistribution(ledger, { month, currency });
  return state.status === "absent" ? zero(currency) : state.started.data.public.reserved;
}
