import { z } from "zod";
import type { LedgerEvent } from "../../domain/ledger.js";
import { sealedSchema } from "../../domain/message.js";
import { type SealedField, type Sealing, sealedValueOf } from "./openField.js";
import { UnknownKeyError, type Vault } from "./vault.js";

/**
 * A sealed value with the place it is bound to, as text: what a read model keeps. It is opened when
 * somebody reads, so that read models hold nothing of a person and need no key to be rebuilt.
 */
const locatedSchema = sealedSchema.extend({
  eventId: z.uuid(),
  eventType: z.string(),
  field: z.string(),
});

/** The named sealed field of a stored event, or null when it was left out. */
export function locate<Event extends LedgerEvent>(
  stored: Sealing<Event>,
  field: SealedField<Event>,
): string | null {
  const value = sealedValueOf(stored, field);
  if (value === undefined) return null;
  return JSON.stringify({ ...value, eventId: stored.id, eventType: stored.event.type, field });
}

/**
 * Undefined for null and once the key is destroyed.
 * @throws ZodError when the text is not what `locate` wrote; and what Vault.open throws
 */
export async function openLocated(vault: Vault, text: string | null): Promise<string | undefined> {
  if (text === null) return undefined;
  const { eventId, eventType, field, ...sealed } = locatedSchema.parse(JSON.parse(text));
  const opened = await vault.open(sealed, { eventId, eventType, field });
  return opened.status === "open" ? opened.text : undefined;
}

/** Id of the event that the value was stored in; null for null. */
export const eventIdOfLocated = (text: string | null): string | null =>
  text === null ? null : locatedSchema.parse(JSON.parse(text)).eventId;

export const erasedText = "[erased]";
/** The vault lacks the key, which may yet be restored: nothing is erased, and nothing else hidden. */
export const unreadableText = "[can't be read]";

/** For showing: the text, `[erased]` or `[can't be read]`. Null stays null. */
export async function readLocated(vault: Vault, text: string | null): Promise<string | null> {
  if (text === null) return null;
  try {
    return (await openLocated(vault, text)) ?? erasedText;
  } catch (error) {
    if (error instanceof UnknownKeyError) return unreadableText;
    throw error;
  }
}
