import codePb from "@eventstore/db-client/generated/code_pb.js";
import sharedPb from "@eventstore/db-client/generated/shared_pb.js";
import statusPb from "@eventstore/db-client/generated/status_pb.js";
import anyPb from "google-protobuf/google/protobuf/any_pb.js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import { appendBytesMax } from "../limits.js";
import { noRevision } from "../storage/streamHead.js";
import type { Failure } from "./failure.js";
import { grpcStatus } from "./grpcStatus.js";
import { toStreamIdentifier } from "./streamIdentifier.js";

/** Any message that says more about an error. */
interface Detail {
  serializeBinary(): Uint8Array;
}

const { Code } = codePb;

/** The table of errors as batch append tells them: in an answer, since one call carries many. */
export function batchAppendStatus(failure: Failure): statusPb.Status {
  switch (failure.kind) {
    case "wrongExpectedRevision":
      return answer(Code.ALREADY_EXISTS, "WrongExpectedVersion", wrongExpectedVersion(failure));
    case "streamDeleted": {
      const deleted = new sharedPb.StreamDeleted();
      deleted.setStreamIdentifier(toStreamIdentifier(failure.stream));
      return answer(Code.NOT_FOUND, "StreamDeleted", deleted);
    }
    case "appendTooLarge": {
      const tooLarge = new sharedPb.MaximumAppendSizeExceeded();
      tooLarge.setMaxappendsize(appendBytesMax);
      return answer(Code.INVALID_ARGUMENT, "MaximumAppendSizeExceeded", tooLarge);
    }
    case "missingEventMetadata":
    case "invalidArgument": {
      const badRequest = new sharedPb.BadRequest();
      badRequest.setMessage(grpcStatus(failure).details ?? "");
      return answer(Code.INVALID_ARGUMENT, "BadRequest", badRequest);
    }
    case "timeout":
      return answer(Code.DEADLINE_EXCEEDED, "Timeout", new sharedPb.Timeout());
    case "unavailable":
      return explained(Code.UNAVAILABLE, failure.message);
    case "damaged":
      return explained(Code.DATA_LOSS, failure.message);
    case "unknown":
      return answer(Code.UNKNOWN, "Unknown", new sharedPb.Unknown());
  }
}

function wrongExpectedVersion({
  expected,
  current,
}: Extract<Failure, { kind: "wrongExpectedRevision" }>): Detail {
  const detail = new sharedPb.WrongExpectedVersion();
  if (current === noRevision) detail.setCurrentNoStream(new emptyPb.Empty());
  else detail.setCurrentStreamRevision(`${current}`);

  if (expected === "any") detail.setExpectedAny(new emptyPb.Empty());
  else if (expected === "no_stream") detail.setExpectedNoStream(new emptyPb.Empty());
  else if (expected === "stream_exists") detail.setExpectedStreamExists(new emptyPb.Empty());
  else detail.setExpectedStreamPosition(`${expected}`);
  return detail;
}

/** EventStoreDB names the detail's message type as it names the error. */
function answer(code: codePb.Code, name: string, detail: Detail): statusPb.Status {
  return toStatus(code, name, `event_store.client.${name}`, detail);
}

/** The client shows nothing for a detail called `Unknown`, and the message for one it does not know. */
function explained(code: codePb.Code, message: string): statusPb.Status {
  return toStatus(code, message, "google.protobuf.Empty", new emptyPb.Empty());
}

function toStatus(
  code: codePb.Code,
  message: string,
  type: string,
  detail: Detail,
): statusPb.Status {
  const any = new anyPb.Any();
  any.pack(detail.serializeBinary(), type);
  const status = new statusPb.Status();
  status.setCode(code);
  status.setMessage(message);
  status.setDetails(any);
  return status;
}
