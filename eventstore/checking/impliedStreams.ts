import {
  dataOf,
  type EventRecord,
  isJson,
  positionOf,
  revisionOf,
  streamNameOf,
} from "../storage/eventRecord.js";
import {
  newStreamHead,
  noBounds,
  revisionMax,
  type StreamHead,
  type TrackHead,
} from "../storage/streamHead.js";
import { parseReadBounds } from "../storage/streamMetadata.js";
import { addressOf, type Track } from "../storage/streamName.js";
import { ProblemFound } from "./problem.js";

/** A stream as the log tells of it. */
export interface ImpliedStream {
  readonly head: StreamHead;
  readonly lastPosition: bigint;
}

/** Where an event belongs by what the log said before it. */
export interface ImpliedPlace {
  readonly base: string;
  readonly track: Track;
  readonly streamId: number;
  readonly isNewStream: boolean;
}

/**
 * The streams that follow from the log alone. Written apart from the writer on purpose: what the
 * writer does wrong would be overlooked by its own code.
 */
export class ImpliedStreams {
  readonly #byBase = new Map<string, ImpliedStream>();

  get all(): ReadonlyMap<string, ImpliedStream> {
    return this.#byBase;
  }

  /** The next record of the log. @throws ProblemFound */
  add(record: EventRecord): ImpliedPlace {
    const { base, track } = addressOf(streamNameOf(record));
    const known = this.#byBase.get(base);
    const head = known?.head ?? newStreamHead(this.#byBase.size + 1);
    const after = { ...head, [track]: trackAfter(head[track], record) };
    const setsBounds = track === "metadata" && revisionOf(record) !== revisionMax;
    const bounds = setsBounds ? boundsOf(record) : head.bounds;
    this.#byBase.set(base, { head: { ...after, bounds }, lastPosition: positionOf(record) });
    return { base, track, streamId: head.id, isNewStream: known === undefined };
  }
}

function trackAfter({ lastRevision, isTombstoned }: TrackHead, record: EventRecord): TrackHead {
  const revision = revisionOf(record);
  const position = positionOf(record);
  if (isTombstoned) throw new ProblemFound("the event comes after its stream's end", position);
  if (revision === revisionMax) return { lastRevision, isTombstoned: true };
  if (revision === lastRevision + 1n) return { lastRevision: revision, isTombstoned };
  throw new ProblemFound(
    `the event has revision ${revision} of its stream, where ${lastRevision + 1n} comes next`,
    position,
  );
}

const boundsOf = (record: EventRecord) =>
  isJson(record) ? parseReadBounds(dataOf(record)) : noBounds;
