import { DomainError } from "../../domain/errors.js";
import { generationDecider } from "../../domain/generation/decider.js";
import { isRequested, type RequestedGeneration } from "../../domain/generation/state.js";
import type { EventStore } from "../../platform/eventStore/eventStore.js";
import { contextOf, type Origin } from "../context.js";
import { handle, type Ledger, type Loaded, load } from "../handle.js";

export interface OwnGeneration {
  readonly generationId: string;
  readonly userId: string;
}

/** @throws DomainError GENERATION_NOT_FOUND, also for somebody else's */
export const loadOwn = async (
  store: EventStore,
  own: OwnGeneration,
): Promise<RequestedGeneration> => (await readOwn(store, own)).state;

async function readOwn(
  store: EventStore,
  { generationId, userId }: OwnGeneration,
): Promise<Loaded<RequestedGeneration>> {
  const { state, ...loaded } = await load(store, generationDecider, { generationId });
  const isOwn = isRequested(state) && state.request.data.private.userId === userId;
  if (isOwn) return { ...loaded, state };
  throw new DomainError("GENERATION_NOT_FOUND", "There is no such generation.");
}

/** @throws DomainError GENERATION_NOT_FOUND; GENERATION_CLOSED when it ended in another way */
export async function cancelGeneration(
  ledger: Ledger,
  own: OwnGeneration,
  { at, correlationId }: Pick<Origin, "at" | "correlationId">,
): Promise<void> {
  const loaded = await readOwn(ledger.store, own);
  const { quotaDay } = loaded.state.request.data.private;
  const command = { type: "CancelGeneration" as const, ...own, quotaDay, at };
  const context = contextOf({ actor: `user:${own.userId}`, at, correlationId });
  await handle(ledger, generationDecider, { ...command, reason: "asked" }, context, loaded);
}
