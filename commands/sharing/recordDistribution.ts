import { distributionDecider } from "../../domain/distribution/decider.js";
import { moneyOfMinor } from "../../domain/money/minor.js";
import { sharesDecider } from "../../domain/shares/decider.js";
import { sharesPerChunk } from "../../domain/shares/events.js";
import type { Plan } from "../../domain/sharing/plan.js";
import { type Share, sumOfShares } from "../../domain/sharing/split.js";
import { type CommandContext, drawnContext } from "../context.js";
import { handle, type Ledger } from "../handle.js";
import { finalizingId } from "./distributionOf.js";

/** Chunks on their way to the store at a time. */
const chunksAtOnce = 8;

/**
 * Writes what a plan says. Whatever of it is there already is left as it is, so whoever died in the middle,
 * or runs beside another, does no harm.
 * @throws DomainError DISTRIBUTION_DIFFERS where something else is recorded
 */
export async function recordDistribution(
  ledger: Ledger,
  { shown, shares }: Plan,
  context: CommandContext,
): Promise<void> {
  const { month, currency, digest } = shown;
  const about = { month, currency, at: context.at };
  const start = { type: "StartDistribution", ...about, shown } as const;
  // Under an id of its own: of two who begin with different terms, the second must be told.
  await handle(ledger, distributionDecider, start, drawnContext(context));
  await inGroups(chunksOf(shares), async (each, chunk) => {
    const record = { type: "RecordShares", ...about, digest, chunk, shares: each } as const;
    await handle(ledger, sharesDecider, record, drawnContext(context));
  });
  const shared = moneyOfMinor(sumOfShares(shares), currency);
  const finalize = { type: "FinalizeDistribution", ...about, digest, shared } as const;
  const commandId = finalizingId(shown);
  await handle(ledger, distributionDecider, finalize, { ...context, commandId, isDrawn: false });
}

/** After one that fails no more are begun. */
async function inGroups<Item>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  for (let first = 0; first < items.length; first += chunksAtOnce) {
    const group = items.slice(first, first + chunksAtOnce);
    await Promise.all(group.map((item, index) => work(item, first + index)));
  }
}

export function chunksOf(shares: readonly Share[]): Share[][] {
  const chunks: Share[][] = [];
  for (let first = 0; first < shares.length; first += sharesPerChunk) {
    chunks.push(shares.slice(first, first + sharesPerChunk));
  }
  return chunks;
}
