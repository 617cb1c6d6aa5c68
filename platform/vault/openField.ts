import type { LedgerEvent } from "../../domain/ledger.js";
import type { SealedValue } from "../../domain/message.js";
import type { StoredEvent } from "../eventStore/eventStore.js";
import type { Vault } from "./vault.js";

/** The fields that every one of these events may seal. */
export type SealedField<Event extends LedgerEvent> = keyof Event["data"]["sealed"] & string;

export type Sealing<Event extends LedgerEvent> = Pick<StoredEvent<Event>, "id" | "event">;

/** Undefined when the event was written without this field. */
export function sealedValueOf<Event extends LedgerEvent>(
  { event }: Sealing<Event>,
  field: SealedField<Event>,
): SealedValue | undefined {
  const values: Readonly<Record<string, SealedValue | undefined>> = event.data.sealed;
  return values[field];
}

/**
 * What a stored event seals in a field; undefined when it was left out or its key is destroyed.
 * @throws UnknownKeyError and what else Vault.open throws
 */
export async function openField<Event extends LedgerEvent>(
  vault: Vault,
  stored: Sealing<Event>,
  field: SealedField<Event>,
): Promise<string | undefined> {
  const value = sealedValueOf(stored, field);
  if (value === undefined) return undefined;
  const place = { eventId: stored.id, eventType: stored.event.type, field };
  const opened = await vault.open(value, place);
  return opened.status === "open" ? opened.text : undefined;
}
