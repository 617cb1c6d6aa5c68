import type { z } from "zod";
import { booksEvents } from "./books/events.js";
import { donationEvents } from "./donation/events.js";
import { generationEvents } from "./generation/events.js";
import { keysEvents } from "./keys/events.js";
import type { EventOf } from "./message.js";
import { nodeEvents } from "./node/events.js";
import { pledgeEvents } from "./pledge/events.js";
import { quotaEvents } from "./quota/events.js";
import { treasuryEvents } from "./treasury/events.js";
import { userEvents } from "./user/events.js";
import { vaultEvents } from "./vault/events.js";
import { webhookEvents } from "./webhook/events.js";

/** Every type of event there is, by the kind of stream that holds it. */
export const eventsByCategory = {
  books: booksEvents,
  user: userEvents,
  quota: quotaEvents,
  generation: generationEvents,
  node: nodeEvents,
  keys: keysEvents,
  vault: vaultEvents,
  webhook: webhookEvents,
  donation: donationEvents,
  pledge: pledgeEvents,
  treasury: treasuryEvents,
} as const;

type Categories = typeof eventsByCategory;
export type LedgerEvent = EventOf<Categories[keyof Categories][number]>;
export type EventType = LedgerEvent["type"];
export type LedgerEventOf<Type extends EventType> = Extract<LedgerEvent, { type: Type }>;

export interface EventDefinition {
  readonly type: EventType;
  readonly about: string;
  readonly schemaVersion: number;
  readonly schema: z.ZodType<LedgerEvent>;
}

const definitions: readonly EventDefinition[] = Object.values(eventsByCategory).flat();
const definitionByType = new Map(definitions.map((definition) => [definition.type, definition]));

export const eventTypes: readonly EventType[] = definitions.map(({ type }) => type);

/** Undefined for a type that this version of the software does not know. */
export const findDefinition = (type: string): EventDefinition | undefined =>
  definitionByType.get(type as EventType);

export class UnknownEventError extends Error {
  override readonly name = "UnknownEventError";
}

/**
 * Reads a stored event's data by the schema of its type.
 * @throws UnknownEventError for a type this version does not know; ZodError for a wrong shape.
 */
export function decodeEvent(type: string, data: unknown): LedgerEvent {
  const definition = findDefinition(type);
  if (definition === undefined) throw new UnknownEventError(`Unknown event type ${type}.`);
  return definition.schema.parse({ type, data });
}
