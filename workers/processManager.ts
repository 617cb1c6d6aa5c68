import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import type { EventType, LedgerEventOf } from "../domain/ledger.js";
import { minute, second } from "../domain/limits.js";
import { checkpointAt, isForeign } from "../platform/eventStore/checkpoint.js";
import {
  decode,
  type EventStore,
  isTooNew,
  type RecordedEvent,
  type StoredEvent,
} from "../platform/eventStore/eventStore.js";
import { followEvents } from "../platform/eventStore/followEvents.js";
import { findCheckpoint, saveCheckpoint } from "../platform/ops/checkpoints.js";
import { postponeReaction } from "../platform/ops/postponed.js";
import type { OpsDb } from "../platform/ops/tables.js";
import type { Log } from "../platform/process/log.js";
import { Refusal } from "../platform/process/refusal.js";
import type { SweepName } from "./sweepName.js";

/**
 * Reacts to events, each at least once and in no certain order: a reaction that already happened must
 * find nothing to do. What happened before it first ran, or while it followed another log, is found
 * by sweeps.
 */
export interface Reactor<Type extends EventType = EventType> {
  readonly name: string;
  readonly handles: readonly Type[];
  readonly react: (stored: StoredEvent<LedgerEventOf<Type>>) => Promise<void>;
}

/**
 * For each event that it handles, the sweep that finds the work where the reaction is never run: the
 * checkpoint was lost, or set to the end of another log. Where nothing else finds it, it is lost.
 */
export type CoveredBy<Type extends EventType> = Readonly<Record<Type, SweepName>>;

export interface ProcessManager extends Reactor {
  readonly coveredBy: Readonly<Partial<Record<EventType, SweepName>>>;
}

interface Form<Type extends EventType> extends Omit<Reactor<Type>, "handles"> {
  readonly coveredBy: CoveredBy<Type>;
}

/** Lets the compiler see which events a reaction gets, and that each is covered; all run alike. */
export const processManager = <Type extends EventType>(form: Form<Type>): ProcessManager =>
  ({ ...form, handles: Object.keys(form.coveredBy) }) as unknown as ProcessManager;

export interface ReactorOptions {
  readonly store: EventStore;
  readonly opsDb: OpsDb;
  readonly ledgerId: string;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Called each time the subscription stands: from then on nothing is missed. */
  readonly onLive?: () => void;
}

const reactionsAtOnce = 16;
const attemptsMax = 5;
/** ms: 100, 200, 400, 800; then, where not even postponing works, up to a minute */
const retryMs = (attempt: number): number => Math.min(100 * 2 ** (attempt - 1), minute);
/** Losing the last second costs a few repeated reactions, which are harmless. */
const saveIntervalMs = second;

/** @throws Refusal when its checkpoint is not of this log; LogReplacedError when that happens later */
export async function runProcessManager(manager: Reactor, options: ReactorOptions): Promise<void> {
  const { name, handles } = manager;
  const { store, opsDb, ledgerId, signal } = options;
  const log = options.log.child({ processManager: name });
  await refuseForeign(manager, options);
  let reached = await findStart(manager, options);
  const after = reached.position;
  let saved: typeof reached | undefined;
  let savedAt = 0;
  const save = async () => {
    savedAt = performance.now();
    if (saved === reached) return;
    await saveCheckpoint(opsDb, name, checkpointAt(ledgerId, reached));
    saved = reached;
  };
  // Before it follows: a manager that dies before its first event must not begin at the end again.
  await save();
  await followEvents({
    client: store.client,
    log,
    signal,
    after,
    types: handles,
    ...(options.onLive !== undefined && { onLive: options.onLive }),
    onBatch: async (batch) => {
      const newer = batch.findIndex(isTooNew);
      const ours = newer === -1 ? batch : batch.slice(0, newer);
      for (let start = 0; start < ours.length; start += reactionsAtOnce) {
        const group = ours.slice(start, start + reactionsAtOnce);
        const done = await Promise.all(
          group.map((recorded) => reactTo(recorded, manager, { ...options, log })),
        );
        if (done.includes(false)) return;
        reached = group.at(-1) ?? reached;
      }
      if (performance.now() - savedAt > saveIntervalMs) {
        await save().catch((error: unknown) => {
          log.warn({ err: error }, "a checkpoint could not be saved; later again");
        });
      }
      const first = batch[ours.length];
      if (first !== undefined) await waitBefore(first, { log, signal });
    },
  });
  await save();
}

/**
 * Newer software wrote this event, and only that knows what has to follow from it. To pass it over
 * would lose the reaction: we wait here until this process is replaced.
 */
async function waitBefore(
  { id, type }: RecordedEvent,
  { log, signal }: Pick<ReactorOptions, "log" | "signal">,
): Promise<void> {
  log.fatal(
    { eventId: id, type },
    "ALERT a process manager waits: newer software wrote an event that this one can't read",
  );
  if (!signal.aborted) await once(signal, "abort");
}

/** @throws Refusal when this manager was following another log, naming the remedy */
export async function refuseForeign(
  { name }: Pick<Reactor, "name">,
  { store, opsDb, ledgerId }: Pick<ReactorOptions, "store" | "opsDb" | "ledgerId">,
): Promise<void> {
  const known = await findCheckpoint(opsDb, name);
  if (known === undefined || !(await isForeign(store, ledgerId, known))) return;
  throw new Refusal(
    `The process manager "${name}" was following another ledger, or another copy of this one. ` +
      "Let it go on from the end of this one with `npm run replay` (of all read models).",
  );
}

/** Where it was, or the end of the log when it never ran. */
async function findStart(
  { name }: Reactor,
  { store, opsDb }: ReactorOptions,
): Promise<Pick<RecordedEvent, "position" | "id">> {
  const known = await findCheckpoint(opsDb, name);
  const there = await (known === undefined ? store.lastEvent() : store.readAt(known.position));
  if (there === undefined) throw new Error("The event store holds no event yet.");
  return there;
}

/**
 * One event that can't be dealt with must not hold up all the others, and must not be passed over:
 * after a few attempts it is postponed. False when stopped before either was done.
 */
async function reactTo(
  recorded: RecordedEvent,
  { name, react }: Reactor,
  { opsDb, log, signal }: ReactorOptions,
): Promise<boolean> {
  const { id: eventId, type, position } = recorded;
  for (let attempt = 1; !signal.aborted; attempt += 1) {
    try {
      if (attempt <= attemptsMax) await react(decode(recorded));
      else await postponeReaction(opsDb, { manager: name, eventId, position });
      return true;
    } catch (error) {
      const about = { err: error, eventId, type, attempt };
      if (attempt < attemptsMax) log.warn(about, "a reaction failed; trying again");
      else log.error(about, "ALERT a reaction keeps failing; it is postponed");
    }
    await pause(retryMs(attempt), undefined, { signal }).catch(() => undefined);
  }
  return false;
}
