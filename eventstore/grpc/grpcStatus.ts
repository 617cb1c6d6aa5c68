import { Metadata, type ServerErrorResponse, status } from "@grpc/grpc-js";
import { appendBytesMax } from "../limits.js";
import type { ExpectedRevision } from "../writing/expectedRevision.js";
import type { Failure } from "./failure.js";

/** How EventStoreDB numbers the expectations that are words. */
const expectedNumber: Record<Exclude<ExpectedRevision, bigint>, number> = {
  any: -2,
  no_stream: -1,
  stream_exists: -4,
};

/** The table of errors as gRPC statuses. The client reads the trailer `exception` first. */
export function grpcStatus(failure: Failure): ServerErrorResponse {
  switch (failure.kind) {
    case "streamDeleted":
      return answer(status.FAILED_PRECONDITION, `Stream "${failure.stream}" is deleted.`, {
        exception: "stream-deleted",
        "stream-name": failure.stream,
      });
    case "wrongExpectedRevision": {
      const { stream, expected, current } = failure;
      const number = typeof expected === "bigint" ? expected : expectedNumber[expected];
      const message = `Stream "${stream}" is at revision ${current}, not at ${expected}.`;
      return answer(status.FAILED_PRECONDITION, message, {
        exception: "wrong-expected-version",
        "stream-name": stream,
        "expected-version": `${number}`,
        "actual-version": `${current}`,
      });
    }
    case "appendTooLarge":
      return answer(status.INVALID_ARGUMENT, `An append holds at most ${appendBytesMax} bytes.`, {
        exception: "maximum-append-size-exceeded",
        "maximum-append-size": `${appendBytesMax}`,
      });
    case "missingEventMetadata":
      return answer(status.INVALID_ARGUMENT, "An event needs a type and a content-type.", {
        exception: "missing-required-metadata-property",
        "required-metadata-properties": "type,content-type",
      });
    case "invalidArgument":
      return answer(status.INVALID_ARGUMENT, failure.message);
    case "timeout":
      return answer(status.ABORTED, "The append was not complete in time.");
    case "unavailable":
      return answer(status.UNAVAILABLE, failure.message);
    case "damaged":
      return answer(status.DATA_LOSS, failure.message);
    case "unknown":
      return answer(status.UNKNOWN, "The event store failed to answer this call.");
  }
}

function answer(
  code: status,
  message: string,
  trailers: Readonly<Record<string, string>> = {},
): ServerErrorResponse {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(trailers)) metadata.set(key, asciiOnly(value));
  return { name: "grpcStatus", message, code, details: message, metadata };
}

/** gRPC metadata carries printable ASCII only, but a stream may be called anything. */
const asciiOnly = (text: string): string => text.replace(/[^\x20-\x7e]/gu, encodeURIComponent);
