import { DomainError } from "../../domain/errors.js";
import type { Money } from "../../domain/money/money.js";
import { sharesPerChunk, sharesStream } from "../../domain/shares/events.js";
import type { Ledger } from "../handle.js";
import { loadDistribution } from "./distributionOf.js";

export interface ShareName {
  readonly month: string;
  readonly currency: string;
  readonly payId: string;
}

/**
 * What a share is, as its finalized distribution has it. Shares lie in the order of their pay ids, so a
 * few chunks are read, however many there are.
 * @throws DomainError DISTRIBUTION_NOT_STARTED, SHARE_NOT_FOUND
 */
export async function findShare(
  ledger: Pick<Ledger, "store">,
  { month, currency, payId }: ShareName,
): Promise<Money> {
  const { state } = await loadDistribution(ledger, { month, currency });
  if (state.status !== "finalized") {
    const message = `${month} is not shared out in ${currency}.`;
    throw new DomainError("DISTRIBUTION_NOT_STARTED", message);
  }
  let [low, high] = [0, Math.ceil(state.started.data.public.nodes / sharesPerChunk) - 1];
  while (low <= high) {
    const chunk = Math.floor((low + high) / 2);
    const shares = await readChunk(ledger, { month, currency, chunk });
    const found = shares.find((share) => share.payId === payId);
    if (found !== undefined) return { amount: found.amount, currency };
    if (payId < (shares[0]?.payId ?? "")) high = chunk - 1;
    else low = chunk + 1;
  }
  throw new DomainError("SHARE_NOT_FOUND", `${payId} has no share of ${month} in ${currency}.`);
}

async function readChunk(
  { store }: Pick<Ledger, "store">,
  name: Parameters<typeof sharesStream>[0],
) {
  const { events } = await store.read(sharesStream(name));
  const event = events[0]?.event;
  return event?.type === "DistributionSharesRecorded" ? event.data.public.shares : [];
}
