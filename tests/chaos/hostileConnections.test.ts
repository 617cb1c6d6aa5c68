import { once } from "node:events";
import { connect as connectHttp2, constants } from "node:http2";
import { connect as connectSocket, createServer, type Socket } from "node:net";
import streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import { expect, it, onTestFinished, vi } from "vitest";
import { readAllOptions } from "../eventstore/protocolRequests.js";
import { temporaryFolder } from "../eventstore/temporaryStore.js";
import { anonymousMib, openHandles } from "./processResources.js";
import { BatchAppender, connect } from "./rawAppends.js";
import { SeededRandom } from "./seededRandom.js";
import { startStoreProcess, storeProgram } from "./storeProcess.js";

storeProgram();

const connections = 1_000;
const halfOpenCalls = 1_000;
const resets = 200;
/** How much more memory may stay than there was; a heap does not shrink to the byte. */
const leakMibMax = 60;
/** The store finds out by its pings that some of them are gone. */
const settleMsMax = 60_000;

const methods = ["Read", "Append", "BatchAppend", "Delete", "Tombstone"] as const;

async function socketTo(port: number): Promise<Socket> {
  const socket = connectSocket(port, "127.0.0.1");
  socket.on("error", () => undefined);
  await once(socket, "connect");
  return socket;
}

/** Connections that say nothing, or nonsense, or the first words of HTTP/2, and stay. */
async function openMany(port: number): Promise<() => void> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => socketTo(port)));
  const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  const words = ["", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", preface, preface.subarray(0, 9)];
  for (const [number, socket] of sockets.entries()) socket.write(words[number % 4] ?? "");
  return () => {
    for (const socket of sockets) socket.destroy();
  };
}

/** Calls of which nothing but the start is sent, or the start of a message. */
async function openCalls(port: number): Promise<() => void> {
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  session.on("error", () => undefined);
  await once(session, "connect");
  for (let number = 0; number < halfOpenCalls; number += 1) {
    const stream = session.request({
      [constants.HTTP2_HEADER_METHOD]: "POST",
      [constants.HTTP2_HEADER_PATH]: `/event_store.client.streams.Streams/${methods[number % 5]}`,
      [constants.HTTP2_HEADER_CONTENT_TYPE]: "application/grpc",
      [constants.HTTP2_HEADER_TE]: "trailers",
    });
    stream.on("error", () => undefined);
    // A message of 64 KiB is announced, of which three bytes come.
    if (number % 2 === 0) stream.write(Buffer.from([0, 0, 1, 0, 0, 1, 2, 3]));
  }
  await new Promise<void>((resolve) => session.ping(() => resolve()));
  return () => session.destroy();
}

/** Real calls, cut at a random byte of what their client sends. */
async function resetMidFrame(port: number, random: SeededRandom): Promise<void> {
  const bytes = await recorded(port);
  for (let turn = 0; turn < resets; turn += 1) {
    const socket = await socketTo(port);
    socket.write(bytes.subarray(0, 1 + random.below(bytes.length)));
    socket.resetAndDestroy();
  }
}

/** What a client sends that subscribes and appends, up to its first answers. */
async function recorded(port: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const wire = createServer((fromClient) => {
    const toStore = connectSocket(port, "127.0.0.1");
    for (const socket of [fromClient, toStore]) socket.on("error", () => undefined);
    fromClient.on("data", (chunk) => chunks.push(Buffer.from(chunk)));
    fromClient.pipe(toStore).pipe(fromClient);
  });
  wire.listen(0, "127.0.0.1");
  await once(wire, "listening");
  const address = wire.address();
  const wirePort = typeof address === "object" ? Number(address?.port) : 0;
  const client = connect(wirePort);
  const options = readAllOptions();
  options.setSubscription(new streamsPb.ReadReq.Options.SubscriptionOptions());
  const subscription = client.read(new streamsPb.ReadReq().setOptions(options));
  subscription.on("error", () => undefined);
  await once(subscription, "data");
  const appender = new BatchAppender(wirePort);
  const data = Buffer.alloc(2_000, 1);
  await appender.append({ stream: "recorded", expected: -1, ids: [crypto.randomUUID()], data });
  appender.close();
  subscription.cancel();
  client.close();
  wire.close();
  return Buffer.concat(chunks);
}

it("lets go of everything when strange connections end, and serves others meanwhile", {
  timeout: 300_000,
}, async ({ skip }) => {
  skip(process.platform !== "linux", "Only Linux lists the handles of another process.");
  const seed = Number(process.env["CHAOS_SEED"] ?? Date.now() % 1_000_000);
  const { pid, port, errors, stop } = await startStoreProcess(temporaryFolder());
  const others = new BatchAppender(port);
  onTestFinished(() => others.close());
  let revision = -1;
  const expectService = async (): Promise<void> => {
    const append = { stream: "others", expected: revision, ids: [crypto.randomUUID()] };
    revision += 1;
    expect(await others.append(append)).toBe(revision);
  };
  const strange = async (): Promise<void> => {
    const closeConnections = await openMany(port);
    await expectService();
    const closeCalls = await openCalls(port);
    await expectService();
    await resetMidFrame(port, new SeededRandom(seed));
    await expectService();
    expect(openHandles(pid)).toBeGreaterThan(connections / 2);
    closeConnections();
    closeCalls();
  };
  await expectService();
  const handlesBefore = openHandles(pid);
  await strange(); // The first time, code is compiled and buffers are made that stay.
  const settled = (): boolean => openHandles(pid) <= handlesBefore;
  await vi.waitUntil(settled, { timeout: settleMsMax, interval: 100 });
  const mibBefore = anonymousMib(pid);
  for (let again = 0; again < 2; again += 1) await strange();
  await vi.waitUntil(settled, { timeout: settleMsMax, interval: 100 });
  expect(anonymousMib(pid) - mibBefore).toBeLessThan(leakMibMax);
  await expectService();
  expect(errors(), `seed ${seed}`).toBe("");
  expect(await stop()).toBe(0);
});
