import { sql } from "kysely";
import { isYes, keepAlive } from "../../platform/mysql/database.js";
import { Refusal } from "../../platform/process/refusal.js";
import type { Projection } from "../projection.js";
import type { ReadDb } from "../readTables.js";
import {
  type CheckpointRow,
  findCheckpoint,
  refuseForeign,
  saveCheckpoints,
} from "./checkpoint.js";
import { isOutdated } from "./outdated.js";
import { type Rebuilt, Shadow, type ShadowOptions, StoppedRebuild } from "./shadow.js";

export interface RebuildOptions extends ShadowOptions {
  readonly ledgerId: string;
}

const lockSecondsMax = 5;

/**
 * Fills a shadow table beside the live one from the first event on, brings it exactly to where the
 * live one is, and switches with one RENAME: whoever reads sees the old rows or the new ones.
 * @throws Refusal when another rebuild of the same table is at work; StoppedRebuild
 */
export async function rebuild(options: RebuildOptions): Promise<Rebuilt> {
  const { db, projection } = options;
  const lock = `obsidian rebuild ${projection.table}`;
  return db.connection().execute(async (connection) => {
    const { rows } = await sql<{ got: unknown }>`
      SELECT GET_LOCK(${lock}, ${lockSecondsMax}) AS got`.execute(connection);
    if (!isYes(rows[0]?.got)) {
      throw new Refusal(`${projection.table} is already being rebuilt.`);
    }
    try {
      return await keepAlive(connection, () => fillAndSwitch(options, connection));
    } finally {
      await sql`SELECT RELEASE_LOCK(${lock})`.execute(connection);
    }
  });
}

async function fillAndSwitch(options: RebuildOptions, lock: ReadDb): Promise<Rebuilt> {
  const { db, projection } = options;
  const shadow = new Shadow(options);
  await shadow.create();
  const live = await usableCheckpoint(options);
  if (live === undefined) return switchAlone(options, shadow, lock);
  await shadow.fillTo(live.position);
  // The projector waits at its checkpoint while the last few events are added and the names change.
  const rebuilt = await db.transaction().execute(async (trx) => {
    const query = trx.selectFrom("read_checkpoint").selectAll().forUpdate();
    const locked = await query.where("projection", "=", projection.name).executeTakeFirstOrThrow();
    return keepAlive(trx, async () => {
      await shadow.fillTo(locked.position);
      return shadow.takeOver(trx, lock, trx);
    });
  });
  await shadow.dropOld();
  return rebuilt;
}

/** Undefined when the live table can't be trusted to go on from where it says it is. */
async function usableCheckpoint(options: RebuildOptions): Promise<CheckpointRow | undefined> {
  const { db, store, ledgerId, projection } = options;
  const checkpoint = await findCheckpoint(db, projection.name);
  if (checkpoint?.version !== projection.version) return undefined;
  try {
    await refuseForeign(store, ledgerId, checkpoint);
    return checkpoint;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** Version 0 says "not usable" until the new table and its own checkpoint are both in place. */
async function switchAlone(
  { db, store, ledgerId, projection }: RebuildOptions,
  shadow: Shadow,
  lock: ReadDb,
): Promise<Rebuilt> {
  const { name, version } = projection;
  const unusable = { position: null, event_id: null, count: "0", version: 0 };
  await saveCheckpoints(db, [{ projection: name, ledger_id: ledgerId, ...unusable }]);
  const last = await store.lastPosition();
  await shadow.fillTo(last === undefined ? null : String(last));
  const rebuilt = await shadow.takeOver(db, lock);
  await saveCheckpoints(db, [
    { projection: name, version, ledger_id: ledgerId, ...shadow.reached },
  ]);
  await shadow.dropOld();
  return rebuilt;
}

/**
 * Rebuilds, before anything is followed, each read model that is outdated. Returns
 * those that can be followed: one of money that can't be filled is left out until the next start.
 */
export async function rebuildOutdated({
  projections,
  ...options
}: Omit<RebuildOptions, "projection"> & {
  readonly projections: readonly Projection[];
}): Promise<readonly Projection[]> {
  const usable: Projection[] = [];
  for (const projection of projections) {
    const isUsable =
      !(await isOutdated(options.db, projection)) ||
      (await couldRebuild({ ...options, projection }));
    if (isUsable) usable.push(projection);
  }
  return usable;
}

async function couldRebuild(options: RebuildOptions): Promise<boolean> {
  const about = { projection: options.projection.name };
  options.log.info(about, "rebuilding an outdated read model");
  try {
    await rebuild(options);
    return true;
  } catch (error) {
    if (!(error instanceof StoppedRebuild)) throw error;
    options.log.fatal({ ...about, err: error }, "ALERT a read model of money can't be rebuilt");
    return false;
  }
}
