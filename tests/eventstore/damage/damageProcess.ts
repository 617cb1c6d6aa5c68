/** Damages copies of a store at one place each, and tells what verify and reads make of them. */
import { createHash } from "node:crypto";
import { closeSync, copyFileSync, mkdirSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { checkSnapshot } from "../../../eventstore/checking/checkSnapshot.js";
import { AllCursor } from "../../../eventstore/reading/allCursor.js";
import type { Cursor } from "../../../eventstore/reading/cursor.js";
import type { EventFilter } from "../../../eventstore/reading/eventFilter.js";
import { FilteredCursor } from "../../../eventstore/reading/filteredCursor.js";
import { StreamCursor } from "../../../eventstore/reading/streamCursor.js";
import { databaseFile, databasePath } from "../../../eventstore/storage/dataFolder.js";
import { type EventDatabase, openEventDatabase } from "../../../eventstore/storage/lmdbDatabase.js";
import { Snapshot } from "../../../eventstore/storage/snapshot.js";
import { revisionMax } from "../../../eventstore/storage/streamHead.js";
import { type Place, type Progress, type Reading, refused, type Task } from "./places.js";

const pageEvents = 100;
const large: EventFilter = { on: "eventType", match: { prefixes: ["Large"] } };

async function report(message: Progress): Promise<void> {
  process.send?.(message);
  await nextTurn(); // So that it is on its way before a crash.
}

function damagedCopy({ original, scratch }: Task, { at, xor }: Place): string {
  const folder = join(scratch, `${process.pid}-${at}-${xor}`);
  mkdirSync(databasePath(folder), { recursive: true });
  copyFileSync(databaseFile(original), databaseFile(folder));
  const file = openSync(databaseFile(folder), "r+");
  const byte = Buffer.alloc(1);
  readSync(file, byte, 0, 1, at);
  byte.writeUInt8(byte.readUInt8() ^ xor);
  writeSync(file, byte, 0, 1, at);
  closeSync(file);
  return folder;
}

async function isIntact(folder: string): Promise<boolean> {
  let snapshot: Snapshot | undefined;
  try {
    snapshot = new Snapshot(folder);
    await checkSnapshot(snapshot, () => undefined);
    return true;
  } catch {
    return false;
  } finally {
    await snapshot?.close().catch(() => undefined);
  }
}

function digest(cursor: Cursor): string {
  const hash = createHash("sha256");
  for (;;) {
    const { records, isEnd } = cursor.nextPage(pageEvents);
    for (const record of records) hash.update(record);
    if (isEnd) return hash.digest("hex");
  }
}

function digestOrRefusal(cursor: Cursor): string {
  try {
    return digest(cursor);
  } catch {
    return refused;
  }
}

function readEverything(database: EventDatabase, streams: readonly string[]): Reading {
  const end = database.lastPosition();
  const all = { forwards: [1n, end], backwards: [end, 1n] } as const;
  const stream = { forwards: [0n, revisionMax], backwards: [revisionMax, 0n] } as const;
  const reading = new Map<string, string>();
  for (const direction of ["forwards", "backwards"] as const) {
    const [first, last] = all[direction];
    const cursor = new AllCursor(database, { direction, first, last });
    reading.set(`$all ${direction}`, digestOrRefusal(cursor));
    const filtered = new FilteredCursor(database, large, { direction, first, last });
    reading.set(`$all by type ${direction}`, digestOrRefusal(filtered));
    for (const name of streams) {
      const [from, to] = stream[direction];
      const options = { stream: name, direction, first: from, last: to };
      const streamCursor = new StreamCursor(database, () => 0n, options);
      reading.set(`${name} ${direction}`, digestOrRefusal(streamCursor));
    }
  }
  return Object.fromEntries(reading);
}

/** As a server would: if it cannot even open the store, it serves nothing. */
async function readFolder(folder: string, streams: readonly string[]): Promise<Reading> {
  let database: EventDatabase | undefined;
  try {
    database = openEventDatabase(databasePath(folder));
    return readEverything(database, streams);
  } catch {
    return {};
  } finally {
    await database?.close().catch(() => undefined);
  }
}

process.once("message", async (task: Task) => {
  for (const [index, place] of task.places.entries()) {
    const folder = damagedCopy(task, place);
    await report({ kind: "begins", index, step: "verify" });
    await report({ kind: "verified", index, isIntact: await isIntact(folder) });
    await report({ kind: "begins", index, step: "read" });
    await report({ kind: "read", index, reading: await readFolder(folder, task.streams) });
    rmSync(folder, { recursive: true, force: true });
  }
  process.disconnect();
});
