import type { EventType, LedgerEventOf } from "../../domain/ledger.js";
import type { StoredEvent } from "./eventStore.js";

/** The first of these events that has this type. */
export const firstOf = <Type extends EventType, Stored extends Pick<StoredEvent, "event">>(
  events: readonly Stored[],
  type: Type,
): (Stored & Pick<StoredEvent<LedgerEventOf<Type>>, "event">) | undefined =>
  events.find(
    (stored): stored is Stored & Pick<StoredEvent<LedgerEventOf<Type>>, "event"> =>
      stored.event.type === type,
  );
