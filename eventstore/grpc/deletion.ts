import type streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import type { Store } from "../store.js";
import type { DeleteOutcome, DeleteRequest } from "../writing/deleteStream.js";
import type { WriteTransaction } from "../writing/writeTransaction.js";
import { invalidArgument, RequestError, refusalFailure } from "./failure.js";
import { requestedExpectation } from "./requestedRevision.js";
import { requestedStream } from "./streamIdentifier.js";

type Options = streamsPb.DeleteReq.Options | streamsPb.TombstoneReq.Options;

/** What Delete and Tombstone have in common. Resolves with the position. @throws RequestError */
export async function deleteAsRequested(
  { writer }: Store,
  options: Options | undefined,
  remove: (transaction: WriteTransaction, request: DeleteRequest) => DeleteOutcome,
): Promise<bigint> {
  if (options === undefined) throw invalidArgument("The options are missing.");
  const stream = requestedStream(options.getStreamIdentifier());
  const revision = options.hasRevision() ? options.getRevision() : undefined;
  const request = { stream, expected: requestedExpectation(options, revision) };
  const outcome = await writer.write((transaction) => remove(transaction, request));
  if (outcome.kind === "deleted") return outcome.position;
  throw new RequestError(refusalFailure(outcome, request));
}
