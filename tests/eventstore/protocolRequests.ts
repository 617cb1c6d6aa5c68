import sharedPb from "@eventstore/db-client/generated/shared_pb.js";
import streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import timestampPb from "google-protobuf/google/protobuf/timestamp_pb.js";

const { AppendReq, BatchAppendReq, ReadReq } = streamsPb;

export function streamIdentifier(stream: string): sharedPb.StreamIdentifier {
  return new sharedPb.StreamIdentifier().setStreamName(Buffer.from(stream));
}

export const uuid = (text: string): sharedPb.UUID => new sharedPb.UUID().setString(text);

/** A read of $all, forwards from the start, with text ids; tests change what they are about. */
export function readAllOptions(): streamsPb.ReadReq.Options {
  const options = new ReadReq.Options();
  options.setAll(new ReadReq.Options.AllOptions().setStart(new sharedPb.Empty()));
  options.setCount("1000");
  options.setNoFilter(new sharedPb.Empty());
  options.setUuidOption(new ReadReq.Options.UUIDOption().setString(new sharedPb.Empty()));
  return options;
}

export function readStreamOptions(stream: string): streamsPb.ReadReq.Options {
  const source = new ReadReq.Options.StreamOptions();
  source.setStreamIdentifier(streamIdentifier(stream));
  source.setStart(new sharedPb.Empty());
  const options = readAllOptions();
  options.clearAll();
  return options.setStream(source);
}

export function appendOptions(stream: string): streamsPb.AppendReq {
  const options = new AppendReq.Options();
  options.setStreamIdentifier(streamIdentifier(stream));
  options.setAny(new sharedPb.Empty());
  return new AppendReq().setOptions(options);
}

export function appendEvent(properties: Readonly<Record<string, string>>, id: sharedPb.UUID) {
  const message = new AppendReq.ProposedMessage();
  message.setId(id);
  for (const [key, value] of Object.entries(properties)) message.getMetadataMap().set(key, value);
  return new AppendReq().setProposedMessage(message);
}

export const eventProperties = { type: "Tested", "content-type": "application/octet-stream" };

export interface BatchChunk {
  readonly correlation: string;
  /** Names the stream in the first message of an append only. */
  readonly stream?: string;
  readonly types: readonly string[];
  readonly isFinal: boolean;
  readonly deadline?: Date;
}

export function batchChunk(chunk: BatchChunk): streamsPb.BatchAppendReq {
  const request = new BatchAppendReq();
  request.setCorrelationId(uuid(chunk.correlation));
  request.setIsFinal(chunk.isFinal);
  if (chunk.stream !== undefined) request.setOptions(batchOptions(chunk.stream, chunk.deadline));
  for (const type of chunk.types) {
    const message = new BatchAppendReq.ProposedMessage();
    message.setId(uuid(crypto.randomUUID()));
    message.getMetadataMap().set("type", type);
    message.getMetadataMap().set("content-type", "application/json");
    request.addProposedMessages(message);
  }
  return request;
}

function batchOptions(stream: string, deadline: Date | undefined) {
  const options = new BatchAppendReq.Options();
  options.setStreamIdentifier(streamIdentifier(stream));
  options.setAny(new emptyPb.Empty());
  if (deadline !== undefined) options.setDeadline(timestampPb.Timestamp.fromDate(deadline));
  return options;
}
