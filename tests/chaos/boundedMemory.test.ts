import { spawnSync } from "node:child_process";
import streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import type { ClientReadableStream } from "@grpc/grpc-js";
import { expect, it, onTestFinished } from "vitest";
import { collect } from "../contract/storeUnderTest.js";
import { readAllOptions, readStreamOptions } from "../eventstore/protocolRequests.js";
import { temporaryFolder } from "../eventstore/temporaryStore.js";
import { askAndNeverRead } from "./neverReadingClient.js";
import { anonymousMib } from "./processResources.js";
import { BatchAppender, connect } from "./rawAppends.js";
import { startStoreProcess, storeProgram } from "./storeProcess.js";

storeProgram();

const eventCount = 1_000_000;
/** As fillStore.ts lays them out. */
const eventsPerStream = 10_000;
const slowSubscribers = 100;
const eventsReadBeforeStopping = 5;
const anonymousMibMax = 300;
/** Far more than it takes; other tests run at the same time. */
const answerMsMax = 20_000;

type Reading = ClientReadableStream<streamsPb.ReadResp>;

function everything(): streamsPb.ReadReq {
  return new streamsPb.ReadReq().setOptions(
    readAllOptions().setCount(`${Number.MAX_SAFE_INTEGER}`),
  );
}

function subscribeToAll(port: number): Reading {
  const client = connect(port);
  const options = readAllOptions();
  options.setSubscription(new streamsPb.ReadReq.Options.SubscriptionOptions());
  const call = client.read(new streamsPb.ReadReq().setOptions(options));
  call.on("error", () => undefined); // Its own cancellation.
  onTestFinished(() => {
    call.cancel();
    client.close();
  });
  return call;
}

/** Takes a few events, then no more, and stays. */
async function readFew(call: Reading): Promise<void> {
  let received = 0;
  await new Promise<void>((resolve) => {
    call.on("data", function stop() {
      received += 1;
      if (received < eventsReadBeforeStopping) return;
      call.off("data", stop);
      call.pause();
      resolve();
    });
  });
}

function fill(folder: string): void {
  const fillStore = ["--import", "tsx", "tests/chaos/fillStore.ts", folder, `${eventCount}`];
  expect(spawnSync(process.execPath, fillStore, { stdio: "inherit" }).status).toBe(0);
}

async function timed<Result>(work: Promise<Result>): Promise<Result> {
  const startMs = performance.now();
  const result = await work;
  expect(performance.now() - startMs).toBeLessThan(answerMsMax);
  return result;
}

it("keeps its memory small and others unharmed while a hundred clients do not read", {
  timeout: 300_000,
}, async ({ skip }) => {
  skip(process.platform !== "linux", "Only Linux distinguishes own memory from mapped pages.");
  const folder = temporaryFolder();
  fill(folder);
  const { pid, port, stop } = await startStoreProcess(folder);
  const slow = Array.from({ length: slowSubscribers }, () => subscribeToAll(port));
  await Promise.all(slow.map(readFew));
  await askAndNeverRead(port, everything());

  const appender = new BatchAppender(port);
  const reader = connect(port);
  onTestFinished(() => {
    appender.close();
    reader.close();
  });
  let highestMib = 0;
  for (let turn = 0; turn < 200; turn += 1) {
    const append = { stream: "other", expected: turn - 1, ids: [crypto.randomUUID()] };
    expect(await timed(appender.append(append))).toBe(turn);
    highestMib = Math.max(highestMib, anonymousMib(pid));
  }
  for (const stream of ["filled-3", "filled-4", "filled-5"]) {
    const options = readStreamOptions(stream).setCount(`${eventCount}`);
    const request = new streamsPb.ReadReq().setOptions(options);
    expect(await timed(collect(reader.read(request)))).toHaveLength(eventsPerStream);
    highestMib = Math.max(highestMib, anonymousMib(pid));
  }
  expect(highestMib).toBeLessThan(anonymousMibMax);

  await expectToReadOn(slow[0]);
  expect(await stop()).toBe(0);
});

/** What was not read has not been lost. */
async function expectToReadOn(call: Reading | undefined): Promise<void> {
  const positions: number[] = [];
  await new Promise<void>((resolve) => {
    call?.on("data", (answer: streamsPb.ReadResp) => {
      positions.push(Number(answer.getEvent()?.getCommitPosition()));
      if (positions.length === 5_000) resolve();
    });
    call?.resume();
  });
  const [first = 0] = positions;
  expect(first).toBeLessThanOrEqual(eventsReadBeforeStopping + 1);
  expect(positions).toEqual(positions.map((_, index) => first + index));
}
