import type { Transaction } from "kysely";
import type { RecordedEvent } from "../../platform/eventStore/eventStore.js";
import type { PoisonError, Projection } from "../projection.js";
import type { ReadDb, ReadTables } from "../readTables.js";
import { applyAtOnce, applyEvents, type Decoded, isFaultOfEvents } from "./applyEvents.js";
import type { CheckpointRow } from "./checkpoint.js";
import { isParked, listParked, type Parked, park } from "./parked.js";
import { kindsOf, notePassed, type PassedKinds, stanceOn } from "./passed.js";

/** A projection on its way through the log. */
export interface Progress {
  readonly projection: Projection;
  readonly checkpoint: Readonly<CheckpointRow>;
}

/** Another projector committed in between: two must never write the same rows. */
export class CheckpointMovedError extends Error {
  override readonly name = "CheckpointMovedError";
}

/** Where a projection is after a batch, and what it could not take of it. */
export interface Applied extends Progress {
  readonly poisons: readonly PoisonError[];
  /** Kinds of events that only newer software can read. */
  readonly passed: PassedKinds;
}

/**
 * Rows, checkpoints and parked streams of all these projections in one transaction. Each checkpoint
 * is locked and must be where it was left. A projection that counts money goes no further than
 * right before an event that it can't take.
 * @throws CheckpointMovedError; database errors that are no event's fault
 */
export async function applyBatch(
  db: ReadDb,
  progresses: readonly Progress[],
  batch: readonly RecordedEvent[],
  decoded: readonly Decoded[],
): Promise<Applied[]> {
  const work = { progresses, batch, decoded };
  try {
    return await applyIn(db, { ...work, apply: applyAtOnce });
  } catch (error) {
    // Hardly ever: what can't be taken is set aside then, and not met again.
    if (!isFaultOfEvents(error)) throw error;
    return applyIn(db, { ...work, apply: applyEvents });
  }
}

interface Work {
  readonly progresses: readonly Progress[];
  readonly batch: readonly RecordedEvent[];
  readonly decoded: readonly Decoded[];
  readonly apply: typeof applyEvents;
}

function applyIn(db: ReadDb, { progresses, batch, decoded, apply }: Work): Promise<Applied[]> {
  return db.transaction().execute(async (trx) => {
    await lockCheckpoints(trx, progresses);
    // Read anew each time: a rebuild beside us may have taken back what was set aside.
    const streams = [...new Set(batch.map(({ stream }) => stream))];
    const parked = await listParked(trx, progresses.map(nameOf), streams);
    const applied: Applied[] = [];
    for (const progress of progresses) {
      const aside = parked.get(nameOf(progress)) ?? new Map();
      const mine = decoded.filter(({ recorded }) => isNewTo(progress, aside, recorded));
      applied.push(await advance(trx, progress, { batch, mine, apply }));
    }
    await moveCheckpoints(trx, progresses, applied);
    return applied;
  });
}

async function advance(
  trx: Transaction<ReadTables>,
  { projection, checkpoint }: Progress,
  { batch, mine, apply }: Pick<Work, "batch" | "apply"> & { readonly mine: readonly Decoded[] },
): Promise<Applied> {
  const taken = mine.filter(({ recorded }) => stanceOn(projection, recorded) === "take");
  const poisons = await apply(trx, projection, projection.table, taken);
  for (const poison of poisons) await park(trx, projection.name, poison);
  const stop = projection.aboutMoney ? poisons[0] : undefined;
  const isSeen = ({ position }: RecordedEvent) => stop === undefined || position < stop.position;
  const seen = mine.map(({ recorded }) => recorded).filter(isSeen);
  const passed = kindsOf(seen.filter((event) => stanceOn(projection, event) === "pass over"));
  await notePassed(trx, projection.name, passed);
  return { projection, checkpoint: after(checkpoint, batch.filter(isSeen)), poisons, passed };
}

/** A model that counts money sets no stream aside: where it stopped, it tries again. */
function isNewTo(
  { projection, checkpoint }: Progress,
  parked: Parked,
  event: RecordedEvent,
): boolean {
  const isNew = checkpoint.position === null || event.position > BigInt(checkpoint.position);
  return isNew && (projection.aboutMoney || !isParked(parked, event));
}

const nameOf = ({ projection }: Progress): string => projection.name;

function after(checkpoint: CheckpointRow, batch: readonly RecordedEvent[]): CheckpointRow {
  const seen = checkpoint.position === null ? -1n : BigInt(checkpoint.position);
  const fresh = batch.filter(({ position }) => position > seen);
  const last = fresh.at(-1);
  if (last === undefined) return checkpoint;
  return {
    ...checkpoint,
    position: String(last.position),
    event_id: last.id,
    count: String(BigInt(checkpoint.count) + BigInt(fresh.length)),
  };
}

async function lockCheckpoints(
  trx: Transaction<ReadTables>,
  progresses: readonly Progress[],
): Promise<void> {
  const names = progresses.map(nameOf);
  const query = trx.selectFrom("read_checkpoint").selectAll().where("projection", "in", names);
  const rows = await query.orderBy("projection").forUpdate().execute();
  for (const { projection, checkpoint } of progresses) {
    const row = rows.find((each) => each.projection === projection.name);
    if (row?.position === checkpoint.position && row.version === checkpoint.version) continue;
    throw new CheckpointMovedError(
      `The checkpoint of "${projection.name}" was moved by somebody else.`,
    );
  }
}

interface Move {
  readonly to: CheckpointRow;
  readonly names: string[];
}

/** Nearly all of them move alike, so that is one statement, however many there are. */
async function moveCheckpoints(
  trx: Transaction<ReadTables>,
  before: readonly Progress[],
  applied: readonly Progress[],
): Promise<void> {
  const moves = new Map<string, Move>();
  for (const [index, { checkpoint: to }] of applied.entries()) {
    if (to.position === before[index]?.checkpoint.position) continue;
    const key = `${to.position} ${to.count}`;
    const move: Move = moves.get(key) ?? { to, names: [] };
    move.names.push(to.projection);
    moves.set(key, move);
  }
  for (const { to, names } of moves.values()) {
    const { position, event_id, count } = to;
    const rows = trx.updateTable("read_checkpoint").set({ position, event_id, count });
    await rows.where("projection", "in", names).execute();
  }
}
