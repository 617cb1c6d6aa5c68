import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import type { EventType, LedgerEventOf } from "../domain/ledger.js";
import { second } from "../domain/limits.js";
import {
  decode,
  type EventStore,
  isTooNew,
  type RecordedEvent,
  type StoredEvent,
} from "../platform/eventStore/eventStore.js";
import { followEvents } from "../platform/eventStore/followEvents.js";
import { findPosition, savePosition } from "../platform/ops/checkpoints.js";
import type { OpsDb } from "../platform/ops/tables.js";
import type { Log } from "../platform/process/log.js";

/**
 * Reacts to events, each at least once: a reaction that already happened must find nothing to do.
 * What it misses, because its checkpoint was lost, the sweep finds.
 */
export interface ProcessManager<Type extends EventType = EventType> {
  readonly name: string;
  readonly handles: readonly Type[];
  readonly react: (stored: StoredEvent<LedgerEventOf<Type>>) => Promise<void>;
}

/** Lets the compiler see which events a reaction gets; all of them run alike. */
export const processManager = <Type extends EventType>(
  manager: ProcessManager<Type>,
): ProcessManager => manager as unknown as ProcessManager;

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
/** ms: 100, 200, 400, 800 */
const retryMs = 100;
/** Losing the last second costs a few repeated reactions, which are harmless. */
const saveIntervalMs = second;

export async function runProcessManager(
  { name, handles, react }: ProcessManager,
  options: ReactorOptions,
): Promise<void> {
  const { store, opsDb, ledgerId, signal } = options;
  const log = options.log.child({ processManager: name });
  const after = (await findPosition(opsDb, name, ledgerId)) ?? (await store.lastPosition()) ?? 0n;
  let position = after;
  let savedAt = 0;
  const save = async () => {
    savedAt = performance.now();
    await savePosition(opsDb, { name, ledgerId, position });
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
        await Promise.all(group.map((recorded) => reactTo(recorded, react, log)));
      }
      position = ours.at(-1)?.position ?? position;
      if (performance.now() - savedAt > saveIntervalMs) await save();
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

/** One event that can't be dealt with must not hold up all the others: the sweep sees it again. */
async function reactTo(
  recorded: RecordedEvent,
  react: ProcessManager["react"],
  log: Log,
): Promise<void> {
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    try {
      return await react(decode(recorded));
    } catch (error) {
      const about = { err: error, eventId: recorded.id, type: recorded.type, attempt };
      if (attempt === attemptsMax) log.error(about, "ALERT gave up reacting to an event");
      else log.warn(about, "a reaction failed; trying again");
    }
    await pause(retryMs * 2 ** (attempt - 1));
  }
}
