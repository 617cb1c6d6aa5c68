import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { findDefinition, type LedgerEvent } from "../domain/ledger.js";
import { conflictRetriesMax, conflictRetryMsMax } from "../domain/limits.js";
import type { Actor, Decider, Draft, Secret } from "../domain/message.js";
import type { Instant } from "../domain/time.js";
import {
  type EventStore,
  EventStoreUnavailableError,
  type NewEvent,
  type Revision,
  RevisionConflictError,
  type StoredEvent,
} from "../platform/eventStore/eventStore.js";
import { eventIdOf } from "../platform/ids.js";
import type { Vault } from "../platform/vault/vault.js";
import { inTurn } from "./inTurn.js";

/** What every command needs of the outside world. */
export interface Ledger {
  readonly store: EventStore;
  readonly vault: Vault;
}

/** Who, why, and which attempt: the same command id never takes effect twice on a stream. */
export interface CommandContext {
  readonly commandId: string;
  readonly actor: Actor;
  readonly at: Instant;
  /** Joins everything that came of one request. Its own command id when it began here. */
  readonly correlationId?: string;
  readonly causationId?: string;
}

/** A stream as it was read: what it holds, folded, and where to append. */
export interface Loaded<State> {
  readonly state: State;
  readonly revision: Revision;
  /** As stored, for who needs more of them than their fold. */
  readonly events: readonly StoredEvent[];
}

export interface Handled<State> {
  /** With the new events folded in. */
  readonly state: State;
  /** Of the last new event; undefined when there was nothing to do. */
  readonly position: bigint | undefined;
}

/** Too many wanted the same stream at once. Nothing was written; try again later. */
export class BusyError extends Error {
  override readonly name = "BusyError";
}

type Rules<State, Command, Event extends LedgerEvent> = Decider<State, Command, Event>;

export async function load<State, Command, Event extends LedgerEvent>(
  store: EventStore,
  { initialState, evolve }: Rules<State, Command, Event>,
  stream: string,
): Promise<Loaded<State>> {
  const { events, revision } = await store.read(stream);
  return {
    // The category of a stream decides which events it can hold; nothing else is appended to it.
    state: (events as StoredEvent<Event>[]).reduce(
      (s, { event }) => evolve(s, event),
      initialState,
    ),
    revision,
    events,
  };
}

/** What a stream that nobody wrote to yet loads as. */
export const newStream = <State>({ initialState }: { initialState: State }): Loaded<State> => ({
  state: initialState,
  revision: "no_stream",
  events: [],
});

export interface Handling<State, Command, Event extends LedgerEvent> {
  readonly decider: Rules<State, Command, Event>;
  readonly stream: string;
  readonly command: Command;
  readonly context: CommandContext;
  /** A state read earlier (or newStream): saves the first read; a conflict loads it anew. */
  readonly from?: Loaded<State>;
}

/**
 * Load, decide, append: the only such loop. A lost race decides again on the newer state, with
 * jitter, until the limits of domain/limits.ts.
 * @throws DomainError when a rule says no; BusyError; EventStoreUnavailableError; PersonErasedError
 */
export function handleCommand<State, Command, Event extends LedgerEvent>(
  ledger: Ledger,
  handling: Handling<State, Command, Event>,
): Promise<Handled<State>> {
  return inTurn(handling.stream, () => attemptUntilDone(ledger, handling));
}

async function attemptUntilDone<State, Command, Event extends LedgerEvent>(
  ledger: Ledger,
  { from, ...handling }: Handling<State, Command, Event>,
): Promise<Handled<State>> {
  const startedAt = performance.now();
  let known = from;
  for (let attempt = 0; ; attempt += 1) {
    const loaded = known ?? (await load(ledger.store, handling.decider, handling.stream));
    try {
      return await attemptOnce(ledger, handling, loaded);
    } catch (error) {
      if (!isWorthAnotherLook(error)) throw error;
      const tooLong = performance.now() - startedAt > conflictRetryMsMax;
      if (attempt >= conflictRetriesMax || tooLong) throw givenUp(error);
      await pause(jitterMs(attempt));
      known = undefined;
    }
  }
}

/** After an unknown outcome the stream itself tells whether the events are there. */
const isWorthAnotherLook = (error: unknown): boolean =>
  error instanceof RevisionConflictError || error instanceof EventStoreUnavailableError;

const givenUp = (error: unknown): unknown =>
  error instanceof RevisionConflictError
    ? new BusyError("Too many requests at once on the same thing.", { cause: error })
    : error;

/** Up to 2, 4, 8 … 256 ms, drawn at random so that rivals do not meet again. */
const jitterMs = (attempt: number): number => Math.random() * 2 ** Math.min(attempt + 1, 8);

async function attemptOnce<State, Command, Event extends LedgerEvent>(
  ledger: Ledger,
  { decider, stream, command, context }: Handling<State, Command, Event>,
  { state, revision, events: before }: Loaded<State>,
): Promise<Handled<State>> {
  const firstId = eventIdOf(context.commandId, stream, 0);
  if (before.some(({ id }) => id === firstId)) return { state, position: undefined };
  const drafts = decider.decide(command, state);
  if (drafts.length === 0) return { state, position: undefined };
  const events = await Promise.all(
    drafts.map((draft, index) => toEvent(ledger.vault, stream, context, draft, index)),
  );
  const { position } = await ledger.store.append(stream, events.map(toNewEvent), revision);
  // The schema of its type just read each event, so it is one of this stream's events.
  const appended = events.map(({ event }) => event as Event);
  return { state: appended.reduce(decider.evolve, state), position };
}

interface Encoded {
  readonly id: string;
  readonly event: LedgerEvent;
  readonly context: CommandContext;
  readonly schemaVersion: number;
}

/** Seals what is about a person, draws the salt, and checks the result against the type's schema. */
async function toEvent(
  vault: Vault,
  stream: string,
  context: CommandContext,
  draft: Draft<LedgerEvent>,
  index: number,
): Promise<Encoded> {
  const definition = findDefinition(draft.type);
  if (definition === undefined) throw new Error(`No definition for ${draft.type}.`);
  const id = eventIdOf(context.commandId, stream, index);
  const secrets: [string, Secret][] = Object.entries(draft.sealed);
  const sealed = await Promise.all(
    secrets.map(async ([field, secret]) => {
      const place = { eventId: id, eventType: draft.type, field };
      return [field, await vault.seal(secret, place, context.at)] as const;
    }),
  );
  const salt = randomBytes(32).toString("base64url");
  const data = {
    public: draft.public,
    private: draft.private,
    sealed: Object.fromEntries(sealed),
    salt,
  };
  const event = definition.schema.parse({ type: draft.type, data });
  return { id, event, context, schemaVersion: definition.schemaVersion };
}

const toNewEvent = ({ id, event, context, schemaVersion }: Encoded): NewEvent => ({
  id,
  type: event.type,
  data: event.data,
  metadata: {
    $correlationId: context.correlationId ?? context.commandId,
    $causationId: context.causationId ?? context.commandId,
    actor: context.actor,
    schemaVersion,
  },
});
