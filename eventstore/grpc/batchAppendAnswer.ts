import sharedPb from "@eventstore/db-client/generated/shared_pb.js";
import streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import { noRevision } from "../storage/streamHead.js";
import type { AppendOutcome } from "../writing/appendEvents.js";
import { batchAppendStatus } from "./batchAppendStatus.js";
import type { Failure } from "./failure.js";

const { BatchAppendResp } = streamsPb;

type Success = Extract<AppendOutcome, { kind: "success" }>;
export type BatchAppendResult = Success | Failure;

/** The client finds its append by the correlation id, and crashes if the stream is not repeated. */
export function batchAppendAnswer(
  opening: streamsPb.BatchAppendReq,
  result: BatchAppendResult,
): streamsPb.BatchAppendResp {
  const stream = opening.getOptions()?.getStreamIdentifier() ?? new sharedPb.StreamIdentifier();
  const answer = new BatchAppendResp();
  answer.setCorrelationId(opening.getCorrelationId());
  answer.setStreamIdentifier(stream);
  return result.kind === "success"
    ? answer.setSuccess(success(result))
    : answer.setError(batchAppendStatus(result));
}

function success({ lastRevision, position }: Success): streamsPb.BatchAppendResp.Success {
  const content = new BatchAppendResp.Success();
  if (lastRevision === noRevision) content.setNoStream(new emptyPb.Empty());
  else content.setCurrentRevision(`${lastRevision}`);

  if (position === undefined) return content.setNoPosition(new emptyPb.Empty());
  const where = new sharedPb.AllStreamPosition();
  where.setCommitPosition(`${position}`);
  where.setPreparePosition(`${position}`);
  return content.setPosition(where);
}
