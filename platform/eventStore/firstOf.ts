import type { EventType, LedgerEventOf } from "../../domain/ledger.js";
import type { StoredEvent } from "./eventStore.js";

/** The first of these events that has this type. */
export const firstOf = <Type extends EventType>(
  events: readonly StoredEvent[],
  type: Type,
): StoredEvent<LedgerEventOf<Type>> | undefined =>
  events.find((stored): stored is StoredEvent<LedgerEventOf<Type>> => stored.event.type === type);
