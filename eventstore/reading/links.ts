import {
  dataOf,
  type EventRecord,
  linkedResponse,
  responseOf,
  typeOf,
} from "../storage/eventRecord.js";
import type { EventDatabase } from "../storage/lmdbDatabase.js";
import { stateOf } from "../storage/streamHead.js";
import { addressOf, streamNameProblem } from "../storage/streamName.js";
import { firstVisibleRevision, isYoungEnough } from "./visibility.js";

const linkType = "$>";
const linkText = /^(\d{1,19})@(.+)$/s;

/** The answer for one event, with the event it points to if it is a link. */
export function resolvedResponse(
  database: EventDatabase,
  record: EventRecord,
  nowTicks: bigint,
): Buffer {
  if (typeOf(record) !== linkType) return responseOf(record);
  return linkedResponse(record, findTarget(database, dataOf(record).toString(), nowTicks));
}

/** Undefined if the stream's readers could not see it either. One level: a link to a link stays. */
function findTarget(
  database: EventDatabase,
  link: string,
  nowTicks: bigint,
): EventRecord | undefined {
  const [, revisionText, stream] = linkText.exec(link) ?? [];
  if (revisionText === undefined || stream === undefined) return undefined;
  if (streamNameProblem(stream) !== undefined) return undefined;
  const { base, track } = addressOf(stream);
  const head = database.findHead(base);
  if (head === undefined) return undefined;

  const state = stateOf(head, track);
  const revision = BigInt(revisionText);
  if (state.isTombstoned || revision < firstVisibleRevision(state)) return undefined;
  if (revision > state.lastRevision) return undefined;
  const entry = database.findEntry(head.id, track, revision);
  const target = entry && database.record(entry.position);
  return target && isYoungEnough(state.bounds, target, nowTicks) ? target : undefined;
}
