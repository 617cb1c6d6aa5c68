import type { GenerationRequested, OwnWork } from "../../domain/generation/events.js";
import { operatorDecider } from "../../domain/operator/decider.js";
import type { EventStore } from "../../platform/eventStore/eventStore.js";
import type { NodePresence } from "../../platform/redis/nodes.js";
import { load } from "../handle.js";

/**
 * What is known of a node's owner being the one who asked: that it is one account, that both are paid
 * into one account, or that both spoke from one address block at the time. Of the blocks only this
 * answer is kept.
 */
export async function findOwnWork(
  store: EventStore,
  { data, askedFrom }: GenerationRequested & { readonly askedFrom: string | undefined },
  { operatorId, payeeId, block }: NodePresence,
): Promise<OwnWork | undefined> {
  const { userId } = data.private;
  if (userId === operatorId) return "same-account";
  if (payeeId !== undefined) {
    const { state } = await load(store, operatorDecider, { operatorId: userId });
    if (state.payeeId === payeeId) return "same-payee";
  }
  return askedFrom === block ? "same-block" : undefined;
}
