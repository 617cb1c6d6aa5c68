import { canonicalJson } from "../../domain/canonicalJson.js";
import { distributionDecider } from "../../domain/distribution/decider.js";
import { distributionStream } from "../../domain/distribution/events.js";
import { eventTypes } from "../../domain/ledger.js";
import { moneyOfMinor } from "../../domain/money/minor.js";
import { sharesDecider } from "../../domain/shares/decider.js";
import { sharesStream } from "../../domain/shares/events.js";
import { isOfDistributions } from "../../domain/sharing/monthMoney.js";
import type { Plan } from "../../domain/sharing/plan.js";
import { sumOfShares } from "../../domain/sharing/split.js";
import type { Instant } from "../../domain/time.js";
import type { StoredEvent } from "../../platform/eventStore/eventStore.js";
import { readToEnd } from "../../platform/eventStore/readToEnd.js";
import { readBooks } from "./closings.js";
import { type Distributing, plansFor } from "./distribute.js";
import { loadDistribution } from "./distributionOf.js";
import { foldMonths } from "./foldMonths.js";
import { chunksOf } from "./recordDistribution.js";

export interface Verified {
  readonly month: string;
  readonly currency: string;
  /** Which of its events are not what the log leads to. */
  readonly differs: readonly string[];
}

/**
 * Recomputes every distribution from the log, by nothing else than what its events say of their terms, and
 * compares what each shows with what was computed, byte for byte.
 */
export async function verifyDistributions(distributing: Distributing): Promise<Verified[]> {
  const { ledger } = distributing;
  const books = await readBooks(ledger);
  const first = books.months[0];
  const done = books.months.filter(({ month }) => month < books.state.undistributed);
  if (first === undefined || done.length === 0) return [];
  const verified: Verified[] = [];
  const planned: Plan[] = [];
  await foldMonths(distributing, done, first.month, {
    onPast: () => Promise.resolve(),
    onDue: async (folded) => {
      const plans = await plansFor(distributing, books, folded, planned);
      planned.push(...plans);
      for (const plan of plans) verified.push(await verify(distributing, plan));
    },
  });
  return [...verified, ...(await unexpected(distributing, planned))];
}

/** What lies in the log as if it were part of a distribution, and follows from nothing. */
async function unexpected(
  { ledger, log }: Distributing,
  plans: readonly Plan[],
): Promise<Verified[]> {
  const expected = new Set(plans.flatMap(streamsOf));
  const found: Verified[] = [];
  await readToEnd({
    store: ledger.store,
    log,
    allBut: eventTypes.filter((type) => !isOfDistributions(type)),
    onEvent: ({ type, stream }) => {
      if (!isOfDistributions(type) || expected.has(stream)) return;
      const [, month = "", currency = ""] = /^[a-z]+-(\d{4}-\d\d)-([A-Z]{3})/.exec(stream) ?? [];
      found.push({
        month,
        currency,
        differs: [`${type} of ${stream}, which follows from nothing`],
      });
    },
  });
  return found;
}

const streamsOf = ({ shown: { month, currency }, shares }: Plan): string[] => [
  distributionStream({ month, currency }),
  ...chunksOf(shares).map((_, chunk) => sharesStream({ month, currency, chunk })),
];

async function verify({ ledger }: Distributing, plan: Plan): Promise<Verified> {
  const { month, currency } = plan.shown;
  const differs: string[] = [];
  const { events } = await loadDistribution(ledger, { month, currency });
  const [started, finalized] = events;
  if (!isSame(started, (at) => startOf(plan, at))) differs.push("DistributionStarted");
  const chunks = chunksOf(plan.shares);
  for (const [chunk, shares] of chunks.entries()) {
    const read = await ledger.store.read(sharesStream({ month, currency, chunk }));
    const { digest } = plan.shown;
    const same = isSame(read.events[0], (at) =>
      sharesDecider.decide(
        { type: "RecordShares", month, currency, chunk, digest, shares, at },
        sharesDecider.initialState(),
      ),
    );
    if (!same) differs.push(`DistributionSharesRecorded ${chunk}`);
  }
  if (!isSame(finalized, (at) => finalOf(plan, started, at))) differs.push("DistributionFinalized");
  return { month, currency, differs };
}

type Made = readonly { readonly public: unknown }[];

/** What is public, in the spelling that has one form. When it was written is the event's own. */
function isSame(stored: StoredEvent | undefined, make: (at: Instant) => Made): boolean {
  if (stored === undefined) return false;
  const { public: shown, private: hidden } = stored.event.data;
  if (!("at" in hidden)) return false;
  const [made] = make(hidden.at);
  return made !== undefined && canonicalJson(made.public) === canonicalJson(shown);
}

function startOf({ shown }: Plan, at: Instant): Made {
  const { month, currency } = shown;
  const command = { type: "StartDistribution", month, currency, shown, at } as const;
  return distributionDecider.decide(command, distributionDecider.initialState());
}

function finalOf({ shown, shares }: Plan, started: StoredEvent | undefined, at: Instant): Made {
  if (started?.event.type !== "DistributionStarted") return [];
  const { month, currency, digest } = shown;
  const shared = moneyOfMinor(sumOfShares(shares), currency);
  const command = { type: "FinalizeDistribution", month, currency, digest, shared, at } as const;
  // Of another result nothing follows: that is told of its first event.
  if (started.event.data.public.digest !== digest) return [];
  return distributionDecider.decide(command, { status: "started", started: started.event });
}
