import { DomainError } from "../errors.js";
import { boundEventsMax } from "../limits.js";
import type { Aggregate, Draft } from "../message.js";
import { isNegative, minus } from "../money/money.js";
import { credit, debit, entry, netted, type Posting } from "../money/postings.js";
import type { Shown } from "../sharing/plan.js";
import { sumToOne } from "../sharing/terms.js";
import { dayOf } from "../time.js";
import type { DistributionCommand } from "./commands.js";
import {
  type DistributionEvent,
  type DistributionFinalized,
  type DistributionName,
  type DistributionStarted,
  distributionStream,
} from "./events.js";

export type DistributionState =
  | { readonly status: "absent" }
  | { readonly status: "started"; readonly started: DistributionStarted }
  | {
      readonly status: "finalized";
      readonly started: DistributionStarted;
      readonly finalized: DistributionFinalized;
    };

function evolve(state: DistributionState, event: DistributionEvent): DistributionState {
  switch (event.type) {
    case "DistributionStarted":
      return { status: "started", started: event };
    case "DistributionFinalized":
      return state.status === "absent"
        ? state
        : { status: "finalized", started: state.started, finalized: event };
  }
}

/** Never begun twice, and gone on with only by whoever comes to the same result. */
function decide(
  command: DistributionCommand,
  state: DistributionState,
): Draft<DistributionEvent>[] {
  const digest = command.type === "StartDistribution" ? command.shown.digest : command.digest;
  if (state.status !== "absent" && state.started.data.public.digest !== digest) {
    throw differs(command);
  }
  switch (command.type) {
    case "StartDistribution":
      return state.status === "absent" ? [started(command)] : [];
    case "FinalizeDistribution":
      return finalize(command, state);
  }
}

function started({
  shown,
  at,
}: Extract<DistributionCommand, { type: "StartDistribution" }>): Draft<DistributionEvent> {
  if (!sumToOne(shown.terms)) {
    throw new DomainError("RATIOS_NOT_ONE", "The ratios of a distribution must be 1 together.");
  }
  const data = { ...shown, day: dayOf(at), postings: postingsOf(shown) };
  return { type: "DistributionStarted", public: data, private: { at }, sealed: {} };
}

function finalize(
  { shared, at, month, currency }: Extract<DistributionCommand, { type: "FinalizeDistribution" }>,
  state: DistributionState,
): Draft<DistributionEvent>[] {
  if (state.status === "finalized") return [];
  if (state.status === "absent") {
    throw new DomainError("DISTRIBUTION_NOT_STARTED", "Nothing of this month is shared out yet.");
  }
  const { digest, toShare } = state.started.data.public;
  const carriedOut = minus(toShare, shared);
  if (isNegative(carriedOut)) throw new Error("More was shared than there is to share.");
  const shown = { month, currency, digest, shared, carriedOut };
  return [{ type: "DistributionFinalized", public: shown, private: { at }, sealed: {} }];
}

/** As the chart of accounts has them. */
function postingsOf({
  pool,
  split,
  maturing,
  maturingBefore,
  reserved,
  released,
}: Shown): Posting[] {
  const waits = minus(maturing, maturingBefore);
  return netted([
    debit("liabilities:undistributed", pool),
    credit("liabilities:pool:workers", split.workers),
    credit("liabilities:pool:infrastructure", split.infrastructure),
    credit("liabilities:pool:development", split.development),
    debit("liabilities:undistributed", waits),
    credit("liabilities:undistributed:maturing", waits),
    ...entry(debit("liabilities:pool:workers", reserved), credit("liabilities:reserve", reserved)),
    ...entry(debit("liabilities:reserve", released), credit("liabilities:pool:workers", released)),
  ]);
}

const differs = ({ month, currency }: DistributionName): DomainError =>
  new DomainError(
    "DISTRIBUTION_DIFFERS",
    `What ${month} has to share in ${currency} is recorded already, and this computes something else. ` +
      "Nothing was written; the ledger must be looked at.",
  );

const opens = ({ type }: DistributionCommand): boolean => type === "StartDistribution";

export const distributionDecider: Aggregate<
  DistributionName,
  DistributionState,
  DistributionCommand,
  DistributionEvent
> = {
  streamOf: distributionStream,
  initialState: () => ({ status: "absent" }),
  evolve,
  decide,
  bound: { eventsMax: boundEventsMax.distribution, opens },
};
