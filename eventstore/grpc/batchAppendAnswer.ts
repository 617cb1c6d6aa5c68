import sharedPb from "@eventstore/db-client/generated/shared_pb.js";
import streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import { MessageWriter } from "../storage/protobuf.js";
import { noRevision } from "../storage/streamHead.js";
import type { AppendOutcome } from "../writing/appendEvents.js";
import { batchAppendStatus } from "./batchAppendStatus.js";
import type { Failure } from "./failure.js";
import { uuidText } from "./uuid.js";

type Success = Extract<AppendOutcome, { kind: "success" }>;
export type BatchAppendResult = Success | Failure;

/**
 * The encoded `BatchAppendResp`. The client finds its append by the correlation id, and crashes if
 * the stream is not repeated.
 */
export function batchAppendAnswer(
  opening: streamsPb.BatchAppendReq,
  result: BatchAppendResult,
): Buffer {
  return result.kind === "success" ? success(opening, result) : failure(opening, result);
}

function failure(opening: streamsPb.BatchAppendReq, result: Failure): Buffer {
  const answer = new streamsPb.BatchAppendResp();
  answer.setCorrelationId(opening.getCorrelationId());
  const stream = opening.getOptions()?.getStreamIdentifier();
  answer.setStreamIdentifier(stream ?? new sharedPb.StreamIdentifier());
  answer.setError(batchAppendStatus(result));
  return Buffer.from(answer.serializeBinary());
}

/** More than all parts of an answer but the stream name and the correlation id, which are any text. */
const fixedPartsBytes = 128;

/** Last field first. The generated classes would cost more here than storing the event does. */
function success(opening: streamsPb.BatchAppendReq, { lastRevision, position }: Success): Buffer {
  const streamName = opening.getOptions()?.getStreamIdentifier()?.getStreamName_asU8();
  const correlation = uuidText(opening.getCorrelationId());
  const textBytes = (streamName?.length ?? 0) + Buffer.byteLength(correlation);
  const message = new MessageWriter(fixedPartsBytes + textBytes);
  message.bytes(3, streamName ?? new Uint8Array());
  message.message(4, 0);

  const successEnd = message.length;
  if (position === undefined) {
    message.message(4, successEnd);
  } else {
    message.uint64(2, position);
    message.uint64(1, position);
    message.message(3, successEnd);
  }
  if (lastRevision === noRevision) message.message(2, message.length);
  else message.uint64(1, lastRevision);
  message.message(3, successEnd);

  const correlationEnd = message.length;
  message.string(2, correlation);
  message.message(1, correlationEnd);
  return message.written;
}
