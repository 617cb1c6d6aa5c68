import { z } from "zod";
import { sealedSchema } from "../../domain/message.js";
import type { StoredEvent } from "../eventStore/eventStore.js";
import type { Opened, Vault } from "./vault.js";

/**
 * A sealed value with the place it is bound to, as text: what a read model keeps. It is opened when
 * somebody reads, so that read models hold nothing of a person and need no key to be rebuilt.
 */
const locatedSchema = sealedSchema.extend({
  eventId: z.uuid(),
  eventType: z.string(),
  field: z.string(),
});

/** The named sealed field of a stored event, or null when the event has none. */
export function locate({ id, event }: StoredEvent, field: string): string | null {
  const fields: Readonly<Record<string, unknown>> = event.data.sealed;
  const value = sealedSchema.optional().parse(fields[field]);
  if (value === undefined) return null;
  return JSON.stringify({ ...value, eventId: id, eventType: event.type, field });
}

/** @throws ZodError when the text is not what `locate` wrote; and what Vault.open throws. */
export function openLocated(vault: Vault, text: string): Promise<Opened> {
  const { eventId, eventType, field, ...sealed } = locatedSchema.parse(JSON.parse(text));
  return vault.open(sealed, { eventId, eventType, field });
}

export const erasedText = "[erased]";

/** For showing: the text, or `[erased]`. Null stays null. */
export async function readLocated(vault: Vault, text: string | null): Promise<string | null> {
  if (text === null) return null;
  const opened = await openLocated(vault, text);
  return opened.status === "open" ? opened.text : erasedText;
}
