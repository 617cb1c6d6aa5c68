import { setImmediate as nextTurn } from "node:timers/promises";
import { pageEventsMax } from "../limits.js";
import { AllCursor } from "../reading/allCursor.js";
import type { Cursor } from "../reading/cursor.js";
import { FilteredCursor } from "../reading/filteredCursor.js";
import { StreamCursor } from "../reading/streamCursor.js";
import type { Direction } from "../storage/lmdbDatabase.js";
import { noRevision, stateOf } from "../storage/streamHead.js";
import { addressOf } from "../storage/streamName.js";
import { RequestError } from "./failure.js";
import { streamNotFound } from "./readAnswers.js";
import type { ReadCall } from "./readCall.js";
import type { From, ReadSource } from "./readRequest.js";

type StreamSource = Extract<ReadSource, { kind: "stream" }>;
type AllSource = Extract<ReadSource, { kind: "all" }>;

/** Both reads end where the stream or the log ended when they began, however fast it grows. */
export async function readStream(
  call: ReadCall,
  { stream, from }: StreamSource,
  count: bigint,
): Promise<void> {
  const { store, request, out } = call;
  const { base, track } = addressOf(stream);
  const state = stateOf(store.database.findHead(base), track);
  if (state.isTombstoned) throw new RequestError({ kind: "streamDeleted", stream });
  if (state.lastRevision === noRevision || state.isSoftDeleted) {
    await out.send([streamNotFound(stream)]);
    return;
  }
  const { direction } = request;
  const last = state.lastRevision;
  const first = firstRevision(direction, from, last);
  const cursor = new StreamCursor(store.database, store.nowTicks, {
    stream,
    direction,
    first,
    last,
  });
  await sendEvents(call, cursor, count);
}

/** Forwards from a position includes it, backwards does not: between them they read all once. */
export async function readAll(
  call: ReadCall,
  { from, filter }: AllSource,
  count: bigint,
): Promise<void> {
  const { database } = call.store;
  const { direction } = call.request;
  const end = database.lastPosition();
  const options =
    direction === "forwards"
      ? { direction, first: forwardsFrom(from, end), last: end }
      : { direction, first: backwardsBefore(from, end), last: 0n };
  const cursor = filter
    ? new FilteredCursor(database, filter, options)
    : new AllCursor(database, options);
  await sendEvents(call, cursor, count);
}

async function sendEvents({ out, encode }: ReadCall, cursor: Cursor, count: bigint): Promise<void> {
  let left = count;
  while (left > 0n && out.isOpen) {
    const wanted = left < BigInt(pageEventsMax) ? Number(left) : pageEventsMax;
    const { records, isEnd } = cursor.nextPage(wanted);
    await out.send(records.map(encode));
    left -= BigInt(records.length);
    if (isEnd) return;
    // A long scan that shows nothing must not keep other calls waiting.
    await nextTurn();
  }
}

function firstRevision(direction: Direction, from: From, last: bigint): bigint {
  if (from === "start") return 0n;
  if (direction === "forwards") return from === "end" ? last + 1n : from;
  return from === "end" || from > last ? last : from;
}

function forwardsFrom(from: From, end: bigint): bigint {
  if (from === "start") return 0n;
  return from === "end" ? end + 1n : from;
}

function backwardsBefore(from: From, end: bigint): bigint {
  if (from === "start") return -1n;
  return from === "end" || from > end ? end : from - 1n;
}
