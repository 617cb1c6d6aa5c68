import { generationDecider } from "../../domain/generation/decider.js";
import type { EventStore } from "../../platform/eventStore/eventStore.js";
import { generationIdOf } from "../../platform/ids.js";
import { load } from "../handle.js";

/** Each costs an outage of a minute in the middle of a request. */
const attemptsMax = 10;

/**
 * Which generation an idempotency key names. One whose request never came, because its call died right
 * before, was closed by the sweep: nothing was made under the key, and it is free for another attempt.
 */
export async function findKeyedGeneration(
  store: EventStore,
  { userId, key }: { readonly userId: string; readonly key: string },
): Promise<string> {
  for (let attempt = 0; ; attempt += 1) {
    const generationId = generationIdOf(userId, key, attempt);
    const { state } = await load(store, generationDecider, { generationId });
    if (state.status !== "never-requested" || attempt === attemptsMax) return generationId;
  }
}
