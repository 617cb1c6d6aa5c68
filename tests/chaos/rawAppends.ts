import { once } from "node:events";
import sharedPb from "@eventstore/db-client/generated/shared_pb.js";
import { StreamsClient } from "@eventstore/db-client/generated/streams_grpc_pb.js";
import streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import { type ClientDuplexStream, credentials } from "@grpc/grpc-js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import { readAllOptions, streamIdentifier, uuid } from "../eventstore/protocolRequests.js";

const { AppendReq, BatchAppendReq } = streamsPb;

/** An append that a test can repeat: its ids are chosen before it is sent. */
export interface TestAppend {
  readonly stream: string;
  /** The last revision the stream must have, -1 if it must not exist. */
  readonly expected: number;
  readonly ids: readonly string[];
  readonly data?: Uint8Array<ArrayBuffer>;
}

/** The revision of the last event, or that another append came first. */
export type TestAnswer = number | "wrong expected revision";

/** Appends of one connection. Rejects with the error of the call, which is the end of it. */
export interface Appender {
  append(append: TestAppend): Promise<TestAnswer>;
  close(): void;
}

/**
 * The protocol without the official client: that one shares the answers it waits for between all
 * clients of a process, and forgets all of them when one connection breaks.
 */
export function connect(port: number): StreamsClient {
  // Without a channel of its own it would share one with other clients of the same address.
  const options = { "grpc.use_local_subchannel_pool": 1 };
  return new StreamsClient(`127.0.0.1:${port}`, credentials.createInsecure(), options);
}

/** One Append call for each append. */
export class SingleAppender implements Appender {
  readonly #client: StreamsClient;

  constructor(port: number) {
    this.#client = connect(port);
  }

  async append({ stream, expected, ids, data }: TestAppend): Promise<TestAnswer> {
    const answer = await new Promise<streamsPb.AppendResp>((resolve, reject) => {
      const call = this.#client.append((error, response) =>
        error ? reject(error) : resolve(response),
      );
      call.on("error", reject); // A write to a call that has just ended.
      const options = new AppendReq.Options().setStreamIdentifier(streamIdentifier(stream));
      if (expected < 0) options.setNoStream(new sharedPb.Empty());
      else options.setRevision(`${expected}`);
      call.write(new AppendReq().setOptions(options));
      for (const id of ids) {
        const message = fill(new AppendReq.ProposedMessage(), id, data);
        call.write(new AppendReq().setProposedMessage(message));
      }
      call.end();
    });
    const success = answer.getSuccess();
    return success ? Number(success.getCurrentRevision()) : "wrong expected revision";
  }

  close(): void {
    this.#client.close();
  }
}

type BatchCall = ClientDuplexStream<streamsPb.BatchAppendReq, streamsPb.BatchAppendResp>;
interface Waiting {
  readonly resolve: (answer: TestAnswer) => void;
  readonly reject: (error: Error) => void;
}

/** One BatchAppend call that carries all appends, in the order in which they are asked for. */
export class BatchAppender implements Appender {
  readonly #client: StreamsClient;
  readonly #call: BatchCall;
  readonly #waiting = new Map<string, Waiting>();
  #failure: Error | undefined;

  constructor(port: number) {
    this.#client = connect(port);
    this.#call = this.#client.batchAppend();
    this.#call.on("data", (answer: streamsPb.BatchAppendResp) => this.#settle(answer));
    this.#call.on("error", (error) => this.#fail(error));
  }

  append({ stream, expected, ids, data }: TestAppend): Promise<TestAnswer> {
    return new Promise((resolve, reject) => {
      if (this.#failure) throw this.#failure;
      const correlation = crypto.randomUUID();
      this.#waiting.set(correlation, { resolve, reject });
      const options = new BatchAppendReq.Options().setStreamIdentifier(streamIdentifier(stream));
      if (expected < 0) options.setNoStream(new emptyPb.Empty());
      else options.setStreamPosition(`${expected}`);
      const request = new BatchAppendReq().setOptions(options).setCorrelationId(uuid(correlation));
      for (const id of ids) {
        request.addProposedMessages(fill(new BatchAppendReq.ProposedMessage(), id, data));
      }
      this.#call.write(request.setIsFinal(true));
    });
  }

  close(): void {
    this.#call.cancel();
    this.#client.close();
  }

  #settle(answer: streamsPb.BatchAppendResp): void {
    const correlation = answer.getCorrelationId()?.getString() ?? "";
    const waiting = this.#waiting.get(correlation);
    if (!waiting) throw new Error(`Nobody waits for an answer to ${correlation}.`);
    this.#waiting.delete(correlation);
    const message = answer.getError()?.getMessage();
    if (message === undefined) waiting.resolve(Number(answer.getSuccess()?.getCurrentRevision()));
    else if (message === "WrongExpectedVersion") waiting.resolve("wrong expected revision");
    else waiting.reject(new Error(message));
  }

  #fail(error: Error): void {
    this.#failure = error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/** Reads all events there are in `$all`. */
export async function readLog(port: number): Promise<readonly streamsPb.ReadResp.ReadEvent[]> {
  const client = connect(port);
  const options = readAllOptions().setCount(`${Number.MAX_SAFE_INTEGER}`);
  const events: streamsPb.ReadResp.ReadEvent[] = [];
  const call = client.read(new streamsPb.ReadReq().setOptions(options));
  call.on("data", (answer: streamsPb.ReadResp) => {
    const event = answer.getEvent();
    if (event) events.push(event);
  });
  await once(call, "end");
  client.close();
  return events;
}

function fill<
  Message extends streamsPb.AppendReq.ProposedMessage | streamsPb.BatchAppendReq.ProposedMessage,
>(message: Message, id: string, data = new Uint8Array()): Message {
  message.setId(uuid(id));
  message.setData(data);
  message.getMetadataMap().set("type", "Tested");
  message.getMetadataMap().set("content-type", "application/octet-stream");
  return message;
}
