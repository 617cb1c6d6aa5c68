import { isUtf8 } from "node:buffer";
import sharedPb from "@eventstore/db-client/generated/shared_pb.js";
import { streamNameProblem } from "../storage/streamName.js";
import { invalidArgument } from "./failure.js";

export function toStreamIdentifier(stream: string): sharedPb.StreamIdentifier {
  const identifier = new sharedPb.StreamIdentifier();
  identifier.setStreamName(Buffer.from(stream));
  return identifier;
}

/** @throws RequestError if no stream can have this name. */
export function requestedStream(identifier: sharedPb.StreamIdentifier | undefined): string {
  const bytes = identifier?.getStreamName_asU8() ?? new Uint8Array();
  if (!isUtf8(bytes)) throw invalidArgument("A stream name must be UTF-8.");
  const stream = Buffer.from(bytes).toString();
  const problem = streamNameProblem(stream);
  if (problem !== undefined) throw invalidArgument(problem);
  return stream;
}
