import { booksDecider } from "../../domain/books/decider.js";
import { DomainError } from "../../domain/errors.js";
import { minorOf } from "../../domain/money/minor.js";
import { type Plan, planOf } from "../../domain/sharing/plan.js";
import { policyOf } from "../../domain/sharing/policies.js";
import type { Terms } from "../../domain/sharing/terms.js";
import type { Log } from "../../platform/process/log.js";
import { type CommandContext, drawnContext } from "../context.js";
import { handle, type Ledger } from "../handle.js";
import { type Books, readBooks } from "./closings.js";
import {
  finalizedIdOf,
  type Planned,
  predecessorOf,
  releasedFor,
  termsOf,
} from "./distributionOf.js";
import { type Folded, foldMonths } from "./foldMonths.js";
import { recordDistribution } from "./recordDistribution.js";

export interface Distributing {
  readonly ledger: Ledger;
  readonly log: Log;
  /** The settings of today. A distribution that was begun goes on by its own. */
  readonly termsOf: (currency: string) => Terms;
  readonly onRead?: (events: number) => void;
}

export interface DistributedMonth {
  readonly month: string;
  /** One for each currency ever seen, sorted by it. */
  readonly plans: readonly Plan[];
}

/**
 * Shares out every closed month that is not yet, oldest first, up to the one that is named. Without
 * `write` nothing is: what would be is returned. A crash in between, another runner at the same time, and
 * a second run all end in the same events.
 * @throws DomainError LEDGER_NOT_OPEN, DISTRIBUTION_DIFFERS
 */
export async function distribute(
  distributing: Distributing,
  context: CommandContext,
  options: Options,
): Promise<readonly DistributedMonth[]> {
  try {
    return await distributeOnce(distributing, context, options);
  } catch (error) {
    // Another may have begun meanwhile, by other settings: those stand now, and are gone on by.
    if (!(error instanceof DomainError && error.code === "DISTRIBUTION_DIFFERS")) throw error;
    return distributeOnce(distributing, context, options);
  }
}

interface Options {
  readonly through?: string | undefined;
  readonly write: boolean;
}

async function distributeOnce(
  distributing: Distributing,
  context: CommandContext,
  { through, write }: Options,
): Promise<readonly DistributedMonth[]> {
  const { ledger, log, onRead } = distributing;
  const books = await readBooks(ledger);
  const months = books.months.filter(({ month }) => through === undefined || month <= through);
  const { undistributed } = books.state;
  if (!months.some(({ month }) => month >= undistributed)) return [];
  const done: DistributedMonth[] = [];
  await foldMonths({ ledger, log, onRead }, months, undistributed, {
    onPast: (folded) => passOver(distributing, folded),
    onDue: async (folded) => {
      const plans = await plansFor(
        distributing,
        books,
        folded,
        done.flatMap(({ plans }) => plans),
      );
      if (write) await record(distributing, folded.closed.month, plans, context);
      done.push({ month: folded.closed.month, plans });
    },
  });
  return done;
}

/** Ends a month that was shared out, for what its large gifts still wait. */
async function passOver({ ledger }: Distributing, { closed, money }: Folded): Promise<void> {
  for (const currency of money.currencies()) {
    const terms = await termsOf(ledger, { month: closed.month, currency });
    if (terms === undefined) throw new Error(`${closed.month} has no distribution in ${currency}.`);
    money.close(currency, minorOf(terms.giftMonthlyMax));
  }
}

/** What a month has to share, in each currency ever seen: by the terms of a distribution that was begun. */
export async function plansFor(
  distributing: Distributing,
  books: Books,
  { closed, money, work }: Folded,
  planned: Planned,
): Promise<Plan[]> {
  const { ledger } = distributing;
  const { month, opening, closing } = closed;
  const policy = policyOf(month, books.state.policies);
  const done = work.close(policy);
  const plans: Plan[] = [];
  for (const currency of money.currencies()) {
    const name = { month, currency };
    const terms = (await termsOf(ledger, name)) ?? distributing.termsOf(currency);
    plans.push(
      planOf({
        ...{ ledgerId: books.state.ledgerId, ...name, policy, terms, work: done },
        ...{ opening: opening.id, closing: closing.id },
        money: money.close(currency, minorOf(terms.giftMonthlyMax)),
        predecessor: await predecessorOf(ledger, name, planned),
        released: await releasedFor(ledger, name, planned),
      }),
    );
  }
  return plans;
}

async function record(
  { ledger }: Distributing,
  month: string,
  plans: readonly Plan[],
  context: CommandContext,
): Promise<void> {
  for (const plan of plans) await recordDistribution(ledger, plan, context);
  const distributions = plans.map(({ shown }) => ({
    currency: shown.currency,
    finalized: finalizedIdOf(shown),
  }));
  const note = { type: "NoteDistributed", month, distributions, at: context.at } as const;
  await handle(ledger, booksDecider, note, drawnContext(context));
}
