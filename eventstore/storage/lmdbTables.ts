import { type Database, open, type RangeOptions, type RootDatabase } from "lmdb";
import { DamageError } from "./damage.js";
import { streamIdFromBytes } from "./keys.js";
import type { LogEnd } from "./stagedEvents.js";
import type { Lookup, Tables } from "./storedEvents.js";

export type Table = Database<Buffer, Buffer>;

export interface OpenTables extends Omit<Tables<Table>, "types"> {
  /** Undefined if this was opened to be read, and was last served before there was such a table. */
  readonly types: Table | undefined;
  readonly root: RootDatabase<Buffer, Buffer>;
}

/** A single one could itself be in another's place without being out of order. */
const besideEntries = 2;
const binary = { encoding: "binary", keyEncoding: "binary" } as const;

/**
 * Opens the database in a folder; the only writer makes it if there is none.
 *
 * LMDB runs in its classic mode (`overlappingSync: false`), in which whatever a reader can see is
 * durable. As read in lmdb 3.5.6, dependencies/lmdb/libraries/liblmdb/mdb.c: `mdb_txn_commit`
 * writes the pages (`mdb_page_flush`), then fdatasyncs them (`mdb_env_sync0`), then writes the new
 * root with `mdb_env_write_meta`, through a descriptor opened with O_DSYNC (`me_mfd`). Only after
 * that returned does it set `mti_txnid`, from which `mdb_txn_renew0` takes what readers see. And
 * src/writer.cpp resolves the promise of a batch after `mdb_txn_commit`. So no watermark has to
 * say what is durable.
 */
export function openTables(path: string, access: "readWrite" | "readOnly"): OpenTables {
  const root: RootDatabase<Buffer, Buffer> = open({
    path,
    overlappingSync: false,
    eventTurnBatching: false, // Every commit is an explicit batch.
    readOnly: access === "readOnly",
    ...binary,
  });
  return {
    root,
    log: root.openDB("log", binary),
    names: root.openDB("names", binary),
    streams: root.openDB("streams", binary),
    types: root.openDB("types", binary),
  };
}

const emptyTable: Lookup = { get: () => undefined, beside: () => [] };

/** The tables as they are read by key, all within the transaction of `options` if it names one. */
export function lookups(
  { log, names, streams, types }: Omit<OpenTables, "root">,
  options: RangeOptions,
): Tables<Lookup> {
  const lookup = (table: Table): Lookup => ({
    get: (key) => table.get(key, options),
    beside: (start, side) =>
      table.getRange({ ...options, start, reverse: side === "before", limit: besideEntries }),
  });
  return {
    log: lookup(log),
    names: lookup(names),
    streams: lookup(streams),
    types: types ? lookup(types) : emptyTable,
  };
}

/**
 * Where the tables end. Positions and stream ids count from 1 without a gap, so the numbers of
 * entries, which LMDB keeps apart from the entries, show whether an end was lost.
 * @throws DamageError
 */
export function endOf({ log, names, streams }: Omit<OpenTables, "root">): LogEnd {
  const lastPosition = storedLastPosition(log);
  const lastStream = lastKey(streams);
  const end = {
    position: lastPosition,
    streamId: lastStream === undefined ? 0 : streamIdFromBytes(lastStream),
  };
  if (BigInt(entryCount(log)) !== end.position) {
    throw new DamageError(
      `The log ends at position ${end.position} and should hold ${entryCount(log)} events.`,
    );
  }
  if (entryCount(names) !== end.streamId) {
    throw new DamageError(
      `The last stream is number ${end.streamId}, and ${entryCount(names)} have a name.`,
    );
  }
  return end;
}

/** As LMDB finds it now. Zero if the log is empty. */
export const storedLastPosition = (log: Table): bigint => lastKey(log)?.readBigUInt64BE() ?? 0n;

/** Blocks count from 0 without a gap. */
export function storedBlocks(types: Table | undefined): bigint {
  const last = types && lastKey(types);
  return last === undefined ? 0n : last.readBigUInt64BE() + 1n;
}

function lastKey(table: Table): Buffer | undefined {
  const [key] = table.getKeys({ reverse: true, limit: 1 });
  return key;
}

function entryCount(table: Table): number {
  const statistics = table.getStats();
  return "entryCount" in statistics ? Number(statistics.entryCount) : Number.NaN;
}
