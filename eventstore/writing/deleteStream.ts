import { softDeletion } from "../storage/streamMetadata.js";
import { metastreamOf } from "../storage/streamName.js";
import { decideDelete, isAbsent, type Refusal, wrongExpectedRevision } from "./appendRules.js";
import type { ExpectedRevision } from "./expectedRevision.js";
import { metadataEvent, tombstoneEvent } from "./systemEvents.js";
import type { WriteTransaction } from "./writeTransaction.js";

export interface DeleteRequest {
  readonly stream: string;
  readonly expected: ExpectedRevision;
}

export type DeleteOutcome = { readonly kind: "deleted"; readonly position: bigint } | Refusal;

/** Hides all events so far. The stream may be written again, and its revisions go on. */
export function softDelete(
  transaction: WriteTransaction,
  { stream, expected }: DeleteRequest,
): DeleteOutcome {
  const state = transaction.state(stream);
  const decision = decideDelete(expected, state);
  if (decision.kind !== "write") return decision;
  if (isAbsent(state)) return wrongExpectedRevision(state);
  const metadata = metadataEvent(softDeletion);
  const { position } = transaction.append(metastreamOf(stream), [metadata]);
  return { kind: "deleted", position };
}

/** Closes a stream for ever, also one that does not exist yet. */
export function tombstone(
  transaction: WriteTransaction,
  { stream, expected }: DeleteRequest,
): DeleteOutcome {
  const decision = decideDelete(expected, transaction.state(stream));
  if (decision.kind !== "write") return decision;
  const { position } = transaction.appendTombstone(stream, tombstoneEvent());
  return { kind: "deleted", position };
}
