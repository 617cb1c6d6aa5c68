import { userStream } from "../../domain/user/events.js";
import type { EventStore } from "../../platform/eventStore/eventStore.js";

/** Whether the log knows this person at all, also one who was erased. */
export async function isRegistered(store: EventStore, userId: string): Promise<boolean> {
  return (await store.read(userStream(userId))).events.length > 0;
}
