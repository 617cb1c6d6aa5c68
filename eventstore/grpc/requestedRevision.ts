import { revisionMax } from "../storage/streamHead.js";
import type { ExpectedRevision } from "../writing/expectedRevision.js";
import { invalidArgument } from "./failure.js";

interface ExpectedWords {
  hasAny(): boolean;
  hasNoStream(): boolean;
  hasStreamExists(): boolean;
}

/** @throws RequestError if the client named none. `revision` is undefined if it named a word. */
export function requestedExpectation(
  words: ExpectedWords,
  revision: string | undefined,
): ExpectedRevision {
  if (revision !== undefined) return requestedRevision(revision);
  if (words.hasAny()) return "any";
  if (words.hasNoStream()) return "no_stream";
  if (words.hasStreamExists()) return "stream_exists";
  throw invalidArgument("The expected revision of the stream is missing.");
}

/** @throws RequestError above the highest revision there is, 2^63 - 1. */
export function requestedRevision(text: string): bigint {
  const revision = BigInt(text);
  if (revision > revisionMax) throw invalidArgument(`${text} is not a stream revision.`);
  return revision;
}
