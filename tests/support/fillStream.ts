import type { LedgerEvent } from "../../domain/ledger.js";
import type { EventStore, NewEvent } from "../../platform/eventStore/eventStore.js";
import { newId } from "../../platform/ids.js";

const batchEventsMax = 1_000;

/** Appends an event so many times, as a long life of its stream would. */
export async function fillStream(
  store: EventStore,
  stream: string,
  { type, data }: LedgerEvent,
  count: number,
): Promise<void> {
  const id = newId();
  const by = { $correlationId: id, $causationId: id, actor: "maintainer:test" as const };
  const metadata = { ...by, schemaVersion: 1 };
  let { revision } = await store.read(stream);
  for (let left = count; left > 0; left -= batchEventsMax) {
    const batch = Array.from(
      { length: Math.min(left, batchEventsMax) },
      (): NewEvent => ({
        id: newId(),
        type,
        data,
        metadata,
      }),
    );
    ({ revision } = await store.append(stream, batch, revision));
  }
}
