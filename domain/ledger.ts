import { z } from "zod";
import { booksEvents } from "./books/events.js";
import { checkpointEvents } from "./checkpoint/events.js";
import { distributionEvents } from "./distribution/events.js";
import { donationEvents } from "./donation/events.js";
import { enrolmentEvents } from "./enrolment/events.js";
import { generationEvents } from "./generation/events.js";
import { keysEvents } from "./keys/events.js";
import type { EventOf, Upcast } from "./message.js";
import type { Posting } from "./money/postings.js";
import { nodeEvents } from "./node/events.js";
import { operatorEvents } from "./operator/events.js";
import { payableEvents } from "./payable/events.js";
import { payoutBatchEvents } from "./payoutBatch/events.js";
import { pledgeEvents } from "./pledge/events.js";
import { quotaEvents } from "./quota/events.js";
import { sharesEvents } from "./shares/events.js";
import { soundEvents } from "./sound/events.js";
import { dayOfHour } from "./time.js";
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
  checkpoint: checkpointEvents,
  vault: vaultEvents,
  webhook: webhookEvents,
  donation: donationEvents,
  pledge: pledgeEvents,
  treasury: treasuryEvents,
  sound: soundEvents,
  enrolment: enrolmentEvents,
  operator: operatorEvents,
  distribution: distributionEvents,
  shares: sharesEvents,
  payable: payableEvents,
  payoutBatch: payoutBatchEvents,
} as const;

type Categories = typeof eventsByCategory;
export type LedgerEvent = EventOf<Categories[keyof Categories][number]>;
export type EventType = LedgerEvent["type"];
export type LedgerEventOf<Type extends EventType> = Extract<LedgerEvent, { type: Type }>;

export interface EventDefinition {
  readonly type: EventType;
  readonly about: string;
  /** The version that is written today. */
  readonly schemaVersion: number;
  readonly upcasts: readonly Upcast[];
  readonly schema: z.ZodType<LedgerEvent>;
}

const definitions: readonly EventDefinition[] = Object.values(eventsByCategory).flat();

/** Every event that moves money stores its postings, and nothing else does. */
export type MonetaryEvent = Extract<LedgerEvent, { data: { public: { postings: Posting[] } } }>;
/** The day that a provider or a maintainer tells; some tell the hour. */
export const dayOfEvent = ({ data }: MonetaryEvent): string =>
  "day" in data.public ? data.public.day : dayOfHour(data.public.hour);
export const monetaryTypes: readonly MonetaryEvent["type"][] = Object.values(eventsByCategory)
  .flat()
  .filter(({ schema }) => "postings" in schema.shape.data.shape.public.shape)
  .map(({ type }) => type as MonetaryEvent["type"]);
const definitionByType = new Map(definitions.map((definition) => [definition.type, definition]));

export const eventTypes: readonly EventType[] = definitions.map(({ type }) => type);

/** Undefined for a type that this version of the software does not know. */
export const findDefinition = (type: string): EventDefinition | undefined =>
  definitionByType.get(type as EventType);

/** False for what newer software wrote: a type, or a version of one, that this one can't read. */
export const isKnown = (type: string, version: number): boolean =>
  version <= (findDefinition(type)?.schemaVersion ?? 0);

const shownSchema = z.object({ public: z.record(z.string(), z.unknown()) });

/** Also of a type that this version of the software does not know. */
export const movesMoney = (data: unknown): boolean =>
  "postings" in (shownSchema.safeParse(data).data?.public ?? {});

/** Newer software wrote it: this one can't read it, and must not pass it over in silence. */
export class TooNewEventError extends Error {
  override readonly name: string = "TooNewEventError";
}

export class UnknownEventError extends TooNewEventError {
  override readonly name = "UnknownEventError";
}

/**
 * Reads a stored event's data by the schema of its type, whichever version it was written in.
 * @throws UnknownEventError, TooNewEventError for what newer software wrote; ZodError for a wrong
 *   shape.
 */
export function decodeEvent(type: string, data: unknown, version: number): LedgerEvent {
  const definition = findDefinition(type);
  if (definition === undefined) throw new UnknownEventError(`Unknown event type ${type}.`);
  return decodeBy(definition, data, version);
}

/** @throws TooNewEventError, ZodError */
export function decodeBy<Event>(
  {
    type,
    schemaVersion,
    upcasts,
    schema,
  }: Pick<EventDefinition, "schemaVersion" | "upcasts"> & {
    readonly type: string;
    readonly schema: z.ZodType<Event>;
  },
  data: unknown,
  version: number,
): Event {
  if (version > schemaVersion) {
    throw new TooNewEventError(
      `${type} is of version ${version}; this software knows up to ${schemaVersion}.`,
    );
  }
  const current = upcasts.slice(version - 1).reduce((older, upcast) => upcast(older), data);
  return schema.parse({ type, data: current });
}
