import type { ProposedEvent } from "../storage/eventRecord.js";
import { withTruncateBefore } from "../storage/streamMetadata.js";
import { addressOf, metastreamOf } from "../storage/streamName.js";
import { decideAppend, type Refusal } from "./appendRules.js";
import type { ExpectedRevision } from "./expectedRevision.js";
import { metadataEvent } from "./systemEvents.js";
import type { WriteTransaction } from "./writeTransaction.js";

export interface AppendRequest {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly events: readonly ProposedEvent[];
}

export type AppendOutcome =
  | {
      readonly kind: "success";
      /** Revision of the last event of this append, or of the stream if the append holds no event. */
      readonly lastRevision: bigint;
      /** Undefined if the append holds no event. */
      readonly position: bigint | undefined;
    }
  | Refusal;

/** All events or none, at consecutive revisions and positions. */
export function appendEvents(
  transaction: WriteTransaction,
  { stream, expected, events }: AppendRequest,
): AppendOutcome {
  const state = transaction.state(stream);
  const eventIds = events.map(({ id }) => id);
  const stored = transaction.storedEventIds(stream);
  const decision = decideAppend(expected, eventIds, state, stored);
  switch (decision.kind) {
    case "alreadyWritten": {
      const { lastRevision } = decision;
      return {
        kind: "success",
        lastRevision,
        position: transaction.positionAt(stream, lastRevision),
      };
    }
    case "write": {
      const [first, ...more] = events;
      if (first === undefined) {
        return { kind: "success", lastRevision: state.lastRevision, position: undefined };
      }
      return { kind: "success", ...writeAndRecreate(transaction, stream, [first, ...more]) };
    }
    default:
      return decision;
  }
}

/** Writing to a soft-deleted stream, or to its metadata, opens it again behind its old events. */
function writeAndRecreate(
  transaction: WriteTransaction,
  stream: string,
  events: readonly [ProposedEvent, ...ProposedEvent[]],
) {
  const { base } = addressOf(stream);
  const before = transaction.state(base);
  const written = transaction.append(stream, events);
  if (before.isSoftDeleted) {
    const firstVisible = before.lastRevision + 1n;
    const metadata = withTruncateBefore(transaction.metadataOf(base), firstVisible);
    transaction.append(metastreamOf(base), [metadataEvent(metadata)]);
  }
  return written;
}
