import { randomUUID } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { pageEventsMax } from "../limits.js";
import { AllCursor, type AllCursorOptions } from "../reading/allCursor.js";
import { CheckpointInterval } from "../reading/checkpointInterval.js";
import type { Cursor } from "../reading/cursor.js";
import { FilteredCursor } from "../reading/filteredCursor.js";
import { StreamCursor } from "../reading/streamCursor.js";
import { WakeUp } from "../reading/wakeUp.js";
import { type EventRecord, positionOf, revisionOf } from "../storage/eventRecord.js";
import type { EventDatabase, Page } from "../storage/lmdbDatabase.js";
import { revisionMax, stateOf } from "../storage/streamHead.js";
import { addressOf } from "../storage/streamName.js";
import { RequestError } from "./failure.js";
import { caughtUp, checkpoint, confirmation } from "./readAnswers.js";
import type { ReadCall } from "./readCall.js";
import type { From, ReadSource, RequestedFilter } from "./readRequest.js";

type StreamSource = Extract<ReadSource, { kind: "stream" }>;
type AllSource = Extract<ReadSource, { kind: "all" }>;

const direction = "forwards";
/** A subscription has no last event; a tombstone is at the highest revision there can be. */
const never = revisionMax;
const tombstoneRevision = revisionMax;

/** What a subscription sends: page by page, and when history is drained. */
interface Feed {
  readonly nextPage: () => Page & { readonly answers: readonly Buffer[] };
  readonly answersAtLive: () => readonly Buffer[];
}

type Encode = (record: EventRecord) => Buffer;

interface Subscription extends Feed {
  readonly wakeUp: WakeUp;
  /** Asked after these events were sent. @throws RequestError if no more can follow. */
  readonly assertGoesOn: (records: readonly EventRecord[]) => void;
}

export async function subscribeToStream(
  call: ReadCall,
  { stream, from }: StreamSource,
): Promise<void> {
  const { store, encode, out } = call;
  const { base, track } = addressOf(stream);
  const { isTombstoned, lastRevision } = stateOf(store.database.findHead(base), track);
  if (isTombstoned) throw new RequestError({ kind: "streamDeleted", stream });

  const options = {
    stream,
    direction,
    first: firstAfter(from, lastRevision),
    last: never,
  } as const;
  const wakeUp = new WakeUp();
  out.onClose(store.commits.onCommitTo(stream, wakeUp));
  await follow(call, {
    ...plainFeed(new StreamCursor(store.database, store.nowTicks, options), encode),
    wakeUp,
    assertGoesOn: (records) => {
      const last = records.at(-1);
      if (last === undefined || revisionOf(last) !== tombstoneRevision) return;
      throw new RequestError({ kind: "streamDeleted", stream });
    },
  });
}

export async function subscribeToAll(call: ReadCall, { from, filter }: AllSource): Promise<void> {
  const { store, encode, out } = call;
  const { database } = store;
  const options = {
    direction,
    first: firstAfter(from, database.lastPosition()),
    last: never,
  } as const;
  const wakeUp = new WakeUp();
  out.onClose(store.commits.onAnyCommit(wakeUp));
  await follow(call, {
    ...(filter
      ? filteredFeed(database, filter, options, encode)
      : plainFeed(new AllCursor(database, options), encode)),
    wakeUp,
    assertGoesOn: () => undefined,
  });
}

/**
 * A cursor over storage, and a bell that rings when there is more. History and live are the same
 * loop: no event can fall between them, and a slow client simply reads later what is stored.
 */
async function follow({ out }: ReadCall, subscription: Subscription): Promise<void> {
  const { wakeUp } = subscription;
  out.onClose(() => wakeUp.ring());
  await out.send([confirmation(randomUUID())]);
  let isLive = false;
  while (out.isOpen) {
    const { records, answers, isEnd } = subscription.nextPage();
    await out.send(answers);
    subscription.assertGoesOn(records);
    if (!isEnd) {
      await nextTurn();
      continue;
    }
    if (!isLive) await out.send(subscription.answersAtLive());
    isLive = true;
    await wakeUp.sleep();
  }
}

function plainFeed(cursor: Cursor, encode: Encode): Feed {
  return {
    nextPage: () => {
      const page = cursor.nextPage(pageEventsMax);
      return { ...page, answers: page.records.map(encode) };
    },
    answersAtLive: () => [caughtUp()],
  };
}

/** Checkpoints let a client move on over events that its filter does not show. */
function filteredFeed(
  database: EventDatabase,
  filter: RequestedFilter,
  options: AllCursorOptions,
  encode: Encode,
): Feed {
  const cursor = new FilteredCursor(database, filter, options);
  // From the start is from 0, and the first event is at 1.
  let lastSeen = options.first > 0n ? options.first - 1n : 0n;
  const interval = new CheckpointInterval(filter.checkpointEvents, lastSeen);
  const checkpointsUpTo = (position: bigint) => interval.completeAt(position).map(checkpoint);
  return {
    nextPage: () => {
      const page = cursor.nextPage(pageEventsMax);
      lastSeen = page.lastSeen ?? lastSeen;
      const answers = page.records.flatMap((record) => [
        ...checkpointsUpTo(positionOf(record) - 1n),
        encode(record),
      ]);
      return { ...page, answers: [...answers, ...checkpointsUpTo(lastSeen)] };
    },
    answersAtLive: () => [...(lastSeen > 0n ? [checkpoint(lastSeen)] : []), caughtUp()],
  };
}

/** Subscriptions begin strictly after the place they name. */
function firstAfter(from: From, last: bigint): bigint {
  if (from === "start") return 0n;
  return from === "end" ? last + 1n : from + 1n;
}
