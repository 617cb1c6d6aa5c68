import { noRevision, type StreamState } from "../storage/streamHead.js";
import type { ExpectedRevision } from "./expectedRevision.js";

/** What the rules ask about the events already in the stream. */
export interface StoredEventIds {
  idAt(revision: bigint): string | undefined;
  /** Revision of the newest event with this id. */
  revisionOf(eventId: string): bigint | undefined;
}

/** Why a write is refused. `current` is the stream's last revision. */
export type Refusal =
  | { readonly kind: "wrongExpectedRevision"; readonly current: bigint }
  | { readonly kind: "streamDeleted" };

export type DeleteDecision = { readonly kind: "write" } | Refusal;
export type AppendDecision =
  | DeleteDecision
  /** The same append was stored before, ending at this revision. */
  | { readonly kind: "alreadyWritten"; readonly lastRevision: bigint };

/**
 * Whether an append may be written, by the rules of EventStoreDB: an append that was stored before
 * succeeds again without a write, so that a client may repeat one whose answer it lost.
 */
export function decideAppend(
  expected: ExpectedRevision,
  eventIds: readonly string[],
  stream: StreamState,
  stored: StoredEventIds,
): AppendDecision {
  if (stream.isTombstoned) return { kind: "streamDeleted" };
  if (expected === "any") return decideByKnownIds(eventIds, stream, stored);
  if (expected === "stream_exists") {
    if (stream.isSoftDeleted) return { kind: "streamDeleted" };
    if (isAbsent(stream)) return wrongExpectedRevision(stream);
    return decideByKnownIds(eventIds, stream, stored);
  }
  return decideAtRevision(expected, eventIds, stream, stored);
}

/** Deleting is checked like appending an event that was never seen before. */
export function decideDelete(expected: ExpectedRevision, stream: StreamState): DeleteDecision {
  const nothingStored = { idAt: () => undefined, revisionOf: () => undefined };
  const decision = decideAppend(expected, ["a fresh id"], stream, nothingStored);
  return decision.kind === "alreadyWritten" ? wrongExpectedRevision(stream) : decision;
}

/** A stream that only has metadata exists. */
export function isAbsent(stream: StreamState): boolean {
  return stream.lastRevision === noRevision && !stream.hasMetadata;
}

/** The first id decides: unknown means a new append, known means a repetition or a mistake. */
function decideByKnownIds(
  eventIds: readonly string[],
  stream: StreamState,
  stored: StoredEventIds,
): AppendDecision {
  const [firstId, ...laterIds] = eventIds;
  let revision = firstId === undefined ? undefined : stored.revisionOf(firstId);
  if (revision === undefined) return { kind: "write" };
  for (const eventId of laterIds) {
    revision = stored.revisionOf(eventId);
    if (revision === undefined) return wrongExpectedRevision(stream);
  }
  return { kind: "alreadyWritten", lastRevision: revision };
}

function decideAtRevision(
  expected: bigint | "no_stream",
  eventIds: readonly string[],
  stream: StreamState,
  stored: StoredEventIds,
): AppendDecision {
  const expectedLast = expected === "no_stream" ? noRevision : expected;
  if (expectedLast === stream.lastRevision) return { kind: "write" };
  if (expectedLast > stream.lastRevision) return wrongExpectedRevision(stream);

  const firstDifference = eventIds.findIndex(
    (eventId, index) => stored.idAt(expectedLast + 1n + BigInt(index)) !== eventId,
  );
  if (firstDifference === -1 && eventIds.length > 0) {
    return { kind: "alreadyWritten", lastRevision: expectedLast + BigInt(eventIds.length) };
  }
  const recreates = firstDifference === 0 && expected === "no_stream" && stream.isSoftDeleted;
  return recreates ? { kind: "write" } : wrongExpectedRevision(stream);
}

export function wrongExpectedRevision(stream: StreamState): Refusal {
  return { kind: "wrongExpectedRevision", current: stream.lastRevision };
}
