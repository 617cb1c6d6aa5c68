import { join } from "node:path";
import sharedPb from "@eventstore/db-client/generated/shared_pb.js";
import streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import { describe, expect, it, vi } from "vitest";
import { collect } from "../contract/storeUnderTest.js";
import { readAllOptions } from "../eventstore/protocolRequests.js";
import { temporaryFolder } from "../eventstore/temporaryStore.js";
import { type Appender, BatchAppender, connect, SingleAppender } from "./rawAppends.js";
import { startStoreProcess, storeProgram } from "./storeProcess.js";
import {
  readTrace,
  straceOptions,
  straceProblem,
  type TracedCall,
  traced,
} from "./syscallTrace.js";

const { ReadReq } = streamsPb;
storeProgram();

/** Runs a store under strace while `work` is done, and tells what it wrote, synced and sent. */
async function trace(work: (port: number) => Promise<void>): Promise<readonly TracedCall[]> {
  const output = join(temporaryFolder(), "trace");
  const { port, stop } = await startStoreProcess(temporaryFolder(), straceOptions(output));
  await work(port);
  await stop();
  return readTrace(output);
}

const namesOf = (count: number, word: string): readonly string[] =>
  Array.from({ length: count }, (_, number) => `${word}-${number}.`);

const append = (appender: Appender, stream: string) =>
  appender.append({ stream, expected: -1, ids: [crypto.randomUUID()] });

/** What an event is recognised by: in what is written to the file, and in what is sent. */
interface Marks {
  readonly written: string;
  readonly sent: string;
}
/** Batch answers and delivered events repeat the name of the stream. */
const byName = (stream: string): Marks => {
  const name = traced(Buffer.from(stream));
  return { written: name, sent: name };
};
/** An Append answer holds the position only; the first of a new store is 2. */
const byPosition = (stream: string, index: number): Marks => {
  const position = index + 2;
  return {
    written: traced(Buffer.from(stream)),
    sent: traced(Buffer.from([0x1a, 4, 0x08, position, 0x10, position])),
  };
};

/** What is wrong with the way of one event from the file to the clients, if anything is. */
function disorder(calls: readonly TracedCall[], marks: Marks): string | undefined {
  const holds = (call: TracedCall, mark: string): boolean =>
    "bytes" in call && call.bytes.includes(mark);
  const written = calls.findIndex((call) => call.kind === "write" && holds(call, marks.written));
  const synced = calls.findIndex(({ kind }, at) => kind === "sync" && at > written);
  const root = calls.findIndex(({ kind }, at) => kind === "root" && at > synced);
  const sent = calls.findIndex((call) => call.kind === "send" && holds(call, marks.sent));
  const isInOrder = written >= 0 && written < synced && synced < root && root < sent;
  return isInOrder ? undefined : JSON.stringify({ ...marks, written, synced, root, sent });
}

const disorders = (calls: readonly TracedCall[], marks: readonly Marks[]): readonly string[] =>
  marks.map((mark) => disorder(calls, mark)).filter((found) => found !== undefined);

const countOf = (calls: readonly TracedCall[], kind: TracedCall["kind"]): number =>
  calls.filter((call) => call.kind === kind).length;

const deliveredMsMax = 60_000;

/** While so many events are appended, follows $all to the last and reads its end again and again. */
async function watchWhile(
  port: number,
  events: number,
  work: () => Promise<unknown>,
): Promise<void> {
  const client = connect(port);
  const subscription = client.read(new ReadReq().setOptions(subscribeToAll()));
  let delivered = 0;
  subscription.on("data", (answer: streamsPb.ReadResp) => {
    if (answer.hasEvent()) delivered += 1;
  });
  subscription.on("error", () => undefined); // Its own cancellation.
  let isDone = false;
  const reading = (async (): Promise<void> => {
    while (!isDone) await collect(client.read(new ReadReq().setOptions(lastEvents())));
  })();
  await work();
  isDone = true;
  await reading;
  // The first event of a store is its own.
  await vi.waitUntil(() => delivered > events, { timeout: deliveredMsMax });
  subscription.cancel();
  client.close();
}

function subscribeToAll(): streamsPb.ReadReq.Options {
  return readAllOptions().setSubscription(new ReadReq.Options.SubscriptionOptions());
}

function lastEvents(): streamsPb.ReadReq.Options {
  const end = new ReadReq.Options.AllOptions().setEnd(new sharedPb.Empty());
  return readAllOptions().setAll(end).setReadDirection(1).setCount("5");
}

describe("under strace", { timeout: 300_000 }, () => {
  it.for([
    ["Append", SingleAppender, byPosition],
    ["BatchAppend", BatchAppender, byName],
  ] as const)("every %s is synced for itself before its answer", async (row, { skip }) => {
    const [, Kind, marksOf] = row;
    skip(straceProblem() !== undefined, straceProblem());
    const streams = namesOf(20, "alone");
    const calls = await trace(async (port) => {
      const appender = new Kind(port);
      for (const stream of streams) await append(appender, stream);
      appender.close();
    });
    expect(disorders(calls, streams.map(marksOf))).toEqual([]);
    expect(countOf(calls, "sync")).toBeGreaterThanOrEqual(streams.length);
    expect(countOf(calls, "root")).toBeGreaterThanOrEqual(streams.length);
  });

  it("appends that come together share syncs, and nobody sees them before", async ({ skip }) => {
    skip(straceProblem() !== undefined, straceProblem());
    const streams = namesOf(400, "together");
    const calls = await trace(async (port) => {
      const appenders = [new BatchAppender(port), new SingleAppender(port)] as const;
      await watchWhile(port, streams.length, () =>
        Promise.all(streams.map((stream, at) => append(appenders[at % 4 === 0 ? 1 : 0], stream))),
      );
      for (const appender of appenders) appender.close();
    });
    expect(disorders(calls, streams.map(byName))).toEqual([]);
    expect(countOf(calls, "sync")).toBeLessThan(streams.length / 4);
  });
});
