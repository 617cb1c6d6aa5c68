import { randomUUID } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { pageEventsMax } from "../limits.js";
import { AllCursor } from "../reading/allCursor.js";
import { CheckpointInterval } from "../reading/checkpointInterval.js";
import type { Cursor } from "../reading/cursor.js";
import { isMatch } from "../reading/eventFilter.js";
import { StreamCursor } from "../reading/streamCursor.js";
import { WakeUp } from "../reading/wakeUp.js";
import { type EventRecord, positionOf, revisionOf } from "../storage/eventRecord.js";
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

/** What a subscription sends for the events of a page, and when history is drained. */
interface Feed {
  readonly answers: (records: readonly EventRecord[]) => readonly Buffer[];
  readonly answersAtLive: () => readonly Buffer[];
}

interface Subscription extends Feed {
  readonly cursor: Cursor;
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
    cursor: new StreamCursor(store.database, store.nowTicks, options),
    wakeUp,
    ...plainFeed(encode),
    assertGoesOn: (records) => {
      const last = records.at(-1);
      if (last === undefined || revisionOf(last) !== tombstoneRevision) return;
      throw new RequestError({ kind: "streamDeleted", stream });
    },
  });
}

export async function subscribeToAll(call: ReadCall, { from, filter }: AllSource): Promise<void> {
  const { store, encode, out } = call;
  const first = firstAfter(from, store.database.lastPosition());
  const wakeUp = new WakeUp();
  out.onClose(store.commits.onAnyCommit(wakeUp));
  await follow(call, {
    cursor: new AllCursor(store.database, { direction, first, last: never }),
    wakeUp,
    ...(filter ? filteredFeed(filter, first - 1n, encode) : plainFeed(encode)),
    assertGoesOn: () => undefined,
  });
}

/**
 * A cursor over storage, and a bell that rings when there is more. History and live are the same
 * loop: no event can fall between them, and a slow client simply reads later what is stored.
 */
async function follow({ out }: ReadCall, subscription: Subscription): Promise<void> {
  const { cursor, wakeUp } = subscription;
  out.onClose(() => wakeUp.ring());
  await out.send([confirmation(randomUUID())]);
  let isLive = false;
  while (out.isOpen) {
    const { records, isEnd } = cursor.nextPage(pageEventsMax);
    await out.send(subscription.answers(records));
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

function plainFeed(encode: (record: EventRecord) => Buffer): Feed {
  return {
    answers: (records) => records.map(encode),
    answersAtLive: () => [caughtUp()],
  };
}

/** Checkpoints let a client move on over events that its filter does not show. */
function filteredFeed(
  filter: RequestedFilter,
  startedAfter: bigint,
  encode: (record: EventRecord) => Buffer,
): Feed {
  const interval = new CheckpointInterval(filter.checkpointEvents);
  let lastSeen = startedAfter;
  return {
    answers: (records) =>
      records.flatMap((record) => {
        lastSeen = positionOf(record);
        const shown = isMatch(filter, record) ? [encode(record)] : [];
        return interval.isComplete() ? [...shown, checkpoint(lastSeen)] : shown;
      }),
    answersAtLive: () => [...(lastSeen > 0n ? [checkpoint(lastSeen)] : []), caughtUp()],
  };
}

/** Subscriptions begin strictly after the place they name. */
function firstAfter(from: From, last: bigint): bigint {
  if (from === "start") return 0n;
  return from === "end" ? last + 1n : from + 1n;
}
