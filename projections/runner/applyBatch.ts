import type { Kysely, Transaction } from "kysely";
import type { EventType } from "../../domain/ledger.js";
import {
  decode,
  type RecordedEvent,
  type StoredEvent,
} from "../../platform/eventStore/eventStore.js";
import { PoisonError, type Projection } from "../projection.js";
import type { ReadDb, ReadTables } from "../readTables.js";
import type { CheckpointRow } from "./checkpoint.js";
import { isParked, type Parked } from "./parked.js";

/** A projection on its way through the log. */
export interface Progress {
  readonly projection: Projection;
  readonly checkpoint: Readonly<CheckpointRow>;
  readonly parked: Parked;
}

/** Another projector committed in between: two must never write the same rows. */
export class CheckpointMovedError extends Error {
  override readonly name = "CheckpointMovedError";
}

/** An event read once for all projections, or what is wrong with it. */
export type Decoded =
  | { readonly recorded: RecordedEvent; readonly stored: StoredEvent }
  | { readonly recorded: RecordedEvent; readonly fault: unknown };

/** Reads only what somebody handles; types nobody knows are passed over. */
export function decodeBatch(
  batch: readonly RecordedEvent[],
  handled: ReadonlySet<string>,
): Decoded[] {
  return batch
    .filter(({ type }) => handled.has(type))
    .map((recorded) => {
      try {
        return { recorded, stored: decode(recorded) };
      } catch (fault) {
        return { recorded, fault };
      }
    });
}

/**
 * Rows and checkpoints of all these projections in one transaction. Each checkpoint is locked and
 * must be where it was left.
 * @throws PoisonProblem with the projection it is about; CheckpointMovedError; database errors
 */
export async function applyBatch(
  db: ReadDb,
  progresses: readonly Progress[],
  batch: readonly RecordedEvent[],
  decoded: readonly Decoded[],
): Promise<Progress[]> {
  const last = batch.at(-1);
  if (last === undefined) return [...progresses];
  return db.transaction().execute(async (trx) => {
    await lockCheckpoints(trx, progresses);
    const advanced: Progress[] = [];
    for (const progress of progresses) {
      await applyTo(trx, progress, decoded);
      advanced.push({ ...progress, checkpoint: after(progress.checkpoint, batch) });
    }
    await saveCheckpoints(
      trx,
      advanced.map(({ checkpoint }) => checkpoint),
    );
    return advanced;
  });
}

/** A poison event and the projection that choked on it. */
export class PoisonProblem extends Error {
  override readonly name = "PoisonProblem";
  readonly projection: Projection;
  readonly poison: PoisonError;

  constructor(projection: Projection, poison: PoisonError) {
    super(`${projection.name}: ${poison.message}`, { cause: poison.cause });
    this.projection = projection;
    this.poison = poison;
  }
}

async function applyTo(
  trx: Transaction<ReadTables>,
  { projection, checkpoint, parked }: Progress,
  decoded: readonly Decoded[],
): Promise<void> {
  const { position } = checkpoint;
  const isNew = (event: RecordedEvent) => position === null || event.position > BigInt(position);
  const mine = decoded.filter(
    ({ recorded }) =>
      projection.handles.includes(recorded.type as EventType) &&
      isNew(recorded) &&
      !isParked(parked, recorded),
  );
  if (mine.length === 0) return;
  try {
    await projection.apply(trx, projection.table, mine.map(storedOrPoison));
  } catch (error) {
    throw error instanceof PoisonError ? new PoisonProblem(projection, error) : error;
  }
}

export function storedOrPoison(decoded: Decoded): StoredEvent {
  if ("stored" in decoded) return decoded.stored;
  throw new PoisonError(decoded.recorded, decoded.fault);
}

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
  const names = progresses.map(({ projection }) => projection.name);
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

export async function saveCheckpoints(
  db: Kysely<ReadTables> | Transaction<ReadTables>,
  checkpoints: readonly CheckpointRow[],
): Promise<void> {
  await db
    .insertInto("read_checkpoint")
    .values([...checkpoints])
    .onDuplicateKeyUpdate((row) => ({
      version: row.fn("values", ["version"]),
      ledger_id: row.fn("values", ["ledger_id"]),
      position: row.fn("values", ["position"]),
      event_id: row.fn("values", ["event_id"]),
      count: row.fn("values", ["count"]),
    }))
    .execute();
}
