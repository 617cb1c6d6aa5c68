import { isDeepStrictEqual } from "node:util";
import { checkReportRecords } from "../limits.js";
import { checkedValue } from "../storage/checkedValue.js";
import { type EventRecord, eventIdOf, positionOf, revisionOf } from "../storage/eventRecord.js";
import { type KeyKind, keyKindOf } from "../storage/keys.js";
import type { Snapshot } from "../storage/snapshot.js";
import { intact } from "../storage/storedEvents.js";
import { TypesCheck } from "./checkTypes.js";
import { type ImpliedPlace, ImpliedStreams } from "./impliedStreams.js";
import { ProblemFound } from "./problem.js";

export interface CheckedStore {
  readonly events: number;
  readonly streams: number;
  readonly lastPosition: bigint;
}

const reportEvery = BigInt(checkReportRecords);

/** Told before the records behind this position are looked at. */
export type OnReached = (position: bigint) => Promise<void> | void;

/**
 * Walks all records of the log in order, then compares the indexes with what the log implies, in
 * both directions: what must be there, and that nothing else is.
 * @throws ProblemFound, DamageError
 */
export async function checkSnapshot(
  snapshot: Snapshot,
  onReached: OnReached,
): Promise<CheckedStore> {
  const streams = new ImpliedStreams();
  const types = new TypesCheck(snapshot);
  let position = 0n;
  let distinctIds = 0;
  for (const { key, value } of snapshot.entries("log")) {
    if (position % reportEvery === 0n) await onReached(position);
    position += 1n;
    const record = recordAt(position, key, value);
    const place = streams.add(record);
    if (checkEntries(snapshot, place, record)) distinctIds += 1;
    types.check(record);
  }
  if (position !== snapshot.end.position) throw new ProblemFound("the log ends early", position);
  const stillAlive = (): Promise<void> | void => onReached(position);
  const expected = { head: streams.all.size, revision: Number(position), eventId: distinctIds };
  await checkHeads(snapshot, streams, stillAlive);
  await checkNames(snapshot, streams, stillAlive);
  await checkCounts(snapshot, expected, stillAlive);
  types.checkBlocks();
  return { events: Number(position), streams: streams.all.size, lastPosition: position };
}

function recordAt(expected: bigint, key: Buffer, value: Buffer): EventRecord {
  const isNext = key.length === 8 && key.readBigUInt64BE() === expected;
  if (!isNext) throw new ProblemFound("the event is missing from the log", expected);
  return intact(value, expected);
}

/** Whether this is the newest event of its stream with its id: only that one can be found by it. */
function checkEntries(snapshot: Snapshot, place: ImpliedPlace, record: EventRecord): boolean {
  const { base, track, streamId, isNewStream } = place;
  const position = positionOf(record);
  if (isNewStream && snapshot.findStreamId(base) !== streamId) {
    throw new ProblemFound("the event's stream cannot be found by its name", position);
  }
  // Walking the log goes from page to page; finding one event takes the way over the branches.
  if (!snapshot.record(position).equals(record)) {
    throw new ProblemFound("the event cannot be found by its position", position);
  }
  const revision = revisionOf(record);
  const eventId = eventIdOf(record);
  const entry = snapshot.findEntry(streamId, track, revision);
  if (entry?.position !== position || entry.eventId !== eventId) {
    throw new ProblemFound("the event cannot be found in its stream", position);
  }
  const newest = snapshot.findRevision(streamId, track, eventId);
  if (newest === revision) return true;
  const isRepeated = newest !== undefined && newest > revision;
  if (isRepeated && snapshot.findEntry(streamId, track, newest)?.eventId === eventId) return false;
  throw new ProblemFound("the event cannot be found by its id", position);
}

type StillAlive = () => Promise<void> | void;

async function checkHeads(
  snapshot: Snapshot,
  streams: ImpliedStreams,
  stillAlive: StillAlive,
): Promise<void> {
  let count = 0;
  for (const [base, { head, lastPosition }] of streams.all) {
    if (!isDeepStrictEqual(snapshot.findHead(base), head)) {
      throw new ProblemFound("the stream's end is not what the log says", lastPosition);
    }
    if (++count % checkReportRecords === 0) await stillAlive();
  }
}

async function checkNames(
  snapshot: Snapshot,
  streams: ImpliedStreams,
  stillAlive: StillAlive,
): Promise<void> {
  let count = 0;
  for (const { key, value } of inOrder(snapshot.entries("names"))) {
    checkedValue(key, value);
    if (!streams.all.has(key.toString())) throw new ProblemFound("a name has no stream");
    if (++count % checkReportRecords === 0) await stillAlive();
  }
  if (count !== streams.all.size) throw new ProblemFound("a stream's name cannot be listed");
}

/** All that is implied was found by its key, so an equal count says that there is nothing more. */
async function checkCounts(
  snapshot: Snapshot,
  implied: Readonly<Record<KeyKind, number>>,
  stillAlive: StillAlive,
): Promise<void> {
  const found = { head: 0, revision: 0, eventId: 0 };
  let count = 0;
  for (const { key, value } of inOrder(snapshot.entries("streams"))) {
    checkedValue(key, value);
    found[keyKindOf(key)] += 1;
    if (++count % checkReportRecords === 0) await stillAlive();
  }
  for (const kind of ["head", "revision", "eventId"] as const) {
    if (found[kind] === implied[kind]) continue;
    throw new ProblemFound(
      `the index of streams holds ${found[kind]} entries by ${kind} instead of ${implied[kind]}`,
    );
  }
}

function* inOrder<Entry extends { readonly key: Buffer }>(
  entries: Iterable<Entry>,
): Generator<Entry> {
  let before: Buffer = Buffer.alloc(0);
  for (const entry of entries) {
    if (entry.key.compare(before) <= 0) throw new ProblemFound("an index is out of order");
    before = entry.key;
    yield entry;
  }
}
