import { setTimeout as pause } from "node:timers/promises";
import { decideWithinBound } from "../domain/bound.js";
import type { LedgerEvent } from "../domain/ledger.js";
import { conflictRetriesMax, conflictRetryMsMax, outageRetryMsMax } from "../domain/limits.js";
import type { Aggregate, Decider } from "../domain/message.js";
import {
  type EventStore,
  EventStoreUnavailableError,
  type Revision,
  RevisionConflictError,
  type StoredEvent,
} from "../platform/eventStore/eventStore.js";
import { eventIdOf } from "../platform/ids.js";
import { PersonErasedError, type Vault } from "../platform/vault/vault.js";
import type { CommandContext } from "./context.js";
import { type Encoded, encode, toNewEvent } from "./encode.js";
import { inTurn } from "./inTurn.js";
import type { RememberedStreams } from "./rememberedStreams.js";

/** What every command needs of the outside world. */
export interface Ledger {
  readonly store: EventStore;
  readonly vault: Vault;
  readonly remembered: RememberedStreams;
}

/** A stream as it was read: what it holds, folded, and where to append. */
export interface Loaded<State> {
  readonly state: State;
  readonly revision: Revision;
  /** As stored, for those who need more of them than their fold. */
  readonly events: readonly StoredEvent[];
}

/** The same as far as a process knows that appended it itself. */
export interface Known<State> extends Pick<Loaded<State>, "state" | "revision"> {
  readonly events: readonly KnownEvent[];
}
export type KnownEvent = Pick<StoredEvent, "id" | "event" | "correlationId">;

export interface Handled<State> {
  /** With the new events folded in: as they were tried, where another attempt may have the same id. */
  readonly state: State;
  /** Position of the last new event; undefined when there was nothing to do. */
  readonly position: bigint | undefined;
}

/** Too many wanted the same stream at once. Nothing was written; try again later. */
export class BusyError extends Error {
  override readonly name = "BusyError";
}

export async function load<Id, State, Command extends Id, Event extends LedgerEvent>(
  store: EventStore,
  aggregate: Aggregate<Id, State, Command, Event>,
  id: NoInfer<Id>,
): Promise<Loaded<State>> {
  const { events, revision } = await store.read(aggregate.streamOf(id));
  return { state: fold(aggregate, events), revision, events };
}

/** What this process appended last, if `isEnough` says so, and else what is there. */
export async function loadKnown<Id, State, Command extends Id, Event extends LedgerEvent>(
  { store, remembered }: Ledger,
  aggregate: Aggregate<Id, State, Command, Event>,
  id: NoInfer<Id>,
  isEnough: (state: State) => boolean,
): Promise<Known<State>> {
  // Noted below, for the same kind of stream.
  const known = remembered.find(aggregate.streamOf(id)) as Known<State> | undefined;
  return known !== undefined && isEnough(known.state) ? known : load(store, aggregate, id);
}

/**
 * Always from the first event on, into a state of its own: `evolve` changes what it is given, and
 * a state that somebody was shown must stay as it is.
 */
function fold<State, Event extends LedgerEvent>(
  { initialState, evolve }: Pick<Decider<State, never, Event>, "initialState" | "evolve">,
  events: readonly Pick<KnownEvent, "event">[],
): State {
  let state = initialState();
  // The category of a stream decides which events it can hold; nothing else is appended to it.
  for (const { event } of events) state = evolve(state, event as Event);
  return state;
}

/** What a stream that nobody wrote to yet loads as. */
export const newStream = <State>({
  initialState,
}: {
  readonly initialState: () => State;
}): Loaded<State> => ({
  state: initialState(),
  revision: "no_stream",
  events: [],
});

interface Handling<State, Command, Event extends LedgerEvent> {
  readonly ledger: Ledger;
  readonly aggregate: Aggregate<Command, State, Command, Event>;
  readonly command: Command;
  readonly context: CommandContext;
}

/**
 * Load, decide, append: the only such loop. After a lost race, or when the store did not answer, it
 * loads and decides again, with jitter, until the limits of domain/limits.ts. `from` is a state read
 * earlier (or newStream): it saves the first read.
 * @throws DomainError when a rule says no; BusyError; EventStoreUnavailableError; PersonErasedError
 */
export function handle<Id, State, Command extends Id, Event extends LedgerEvent>(
  ledger: Ledger,
  aggregate: Aggregate<Id, State, Command, Event>,
  command: NoInfer<Command>,
  context: CommandContext,
  from?: NoInfer<Known<State>>,
): Promise<Handled<State>> {
  const handling = { ledger, aggregate, command, context };
  return inTurn(aggregate.streamOf(command), () => attemptUntilDone(handling, from));
}

async function attemptUntilDone<State, Command, Event extends LedgerEvent>(
  handling: Handling<State, Command, Event>,
  from: Known<State> | undefined,
): Promise<Handled<State>> {
  const { ledger, aggregate, command } = handling;
  const startedAt = performance.now();
  let known = from;
  for (let attempt = 0; ; attempt += 1) {
    try {
      const loaded = known ?? (await load(ledger.store, aggregate, command));
      return await attemptOnce(handling, loaded);
    } catch (error) {
      const tookMs = performance.now() - startedAt;
      const tooLong = tookMs >= retryMsMax(error, known !== undefined);
      ledger.remembered.forget(aggregate.streamOf(command));
      if (attempt >= conflictRetriesMax || tooLong) throw givenUp(error);
      await pause(jitterMs(attempt));
      known = undefined;
    }
  }
}

/**
 * How long it is worth another look. A load that failed did nothing; after an append of unknown
 * outcome the stream shows the events. Nothing can be sealed for somebody who was erased; but what was written
 * before needs no seal, and a state that was read earlier may not show it.
 */
function retryMsMax(error: unknown, wasReadEarlier: boolean): number {
  if (error instanceof RevisionConflictError) return conflictRetryMsMax;
  if (error instanceof PersonErasedError && wasReadEarlier) return conflictRetryMsMax;
  return error instanceof EventStoreUnavailableError ? outageRetryMsMax : 0;
}

const givenUp = (error: unknown): unknown =>
  error instanceof RevisionConflictError
    ? new BusyError("Too many requests at once on the same thing.", { cause: error })
    : error;

/** Up to 2, 4, 8 … 256 ms, drawn at random so that rivals do not meet again. */
const jitterMs = (attempt: number): number => Math.random() * 2 ** Math.min(attempt + 1, 8);

async function attemptOnce<State, Command, Event extends LedgerEvent>(
  { ledger, aggregate, command, context }: Handling<State, Command, Event>,
  { state, revision, events: before }: Known<State>,
): Promise<Handled<State>> {
  const stream = aggregate.streamOf(command);
  const firstId = eventIdOf(context.commandId, stream, 0);
  if (before.some(({ id }) => id === firstId)) return { state, position: undefined };
  const length = revision === "no_stream" ? 0 : Number(revision) + 1;
  const drafts = decideWithinBound(aggregate, command, state, length);
  if (drafts.length === 0) return { state, position: undefined };
  const events = await Promise.all(
    drafts.map((draft, index) => encode(ledger.vault, stream, context, draft, index)),
  );
  const appended = await ledger.store.append(stream, events.map(toNewEvent), revision);
  const now = [...before, ...events.map(toKnownEvent)];
  const loaded = { state: fold(aggregate, now), revision: appended.revision, events: now };
  if (aggregate.isRemembered && context.isDrawn) ledger.remembered.note(stream, loaded);
  else ledger.remembered.forget(stream);
  return { state: loaded.state, position: appended.position };
}

const toKnownEvent = ({ id, event, context: { correlationId } }: Encoded): KnownEvent => ({
  ...{ id, event, correlationId },
});
