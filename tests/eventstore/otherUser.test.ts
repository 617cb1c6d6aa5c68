import { once } from "node:events";
import { networkInterfaces } from "node:os";
import { jsonEvent } from "@eventstore/db-client";
import { GossipService } from "@eventstore/db-client/generated/gossip_grpc_pb.js";
import { ServerFeaturesService } from "@eventstore/db-client/generated/serverfeatures_grpc_pb.js";
import { StreamsService } from "@eventstore/db-client/generated/streams_grpc_pb.js";
import { describe, expect, it } from "vitest";
import { foreignUserMessage } from "../../eventstore/access/turnAway.js";
import type { RunningEventStore } from "../../eventstore/server.js";
import { reservePort } from "../../scripts/supervisor/reservePort.js";
import {
  answerOfOtherUser,
  asOtherUser,
  canBeOtherUser,
  whileStandingStill,
} from "../support/otherUser.js";
import { appendEvent, appendOptions, eventProperties, uuid } from "./protocolRequests.js";
import { clientOf, temporaryStore } from "./temporaryStore.js";

const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((address) => address?.address === "::1");

/** As the protocol frames it: a byte without compression, four of length. */
function framed(message: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** All that a client sends to append one event to the stream `forged`. */
const forgery = Buffer.concat(
  [appendOptions("forged"), appendEvent(eventProperties, uuid(crypto.randomUUID()))].map(
    (message) => framed(message.serializeBinary()),
  ),
).toString("base64");
const appendPath = StreamsService.append.path;

/** Makes one call and prints how it ended. */
const call = `
import { connect } from "node:http2";
const [url, path, body] = process.argv.slice(1);
const session = connect(url);
session.on("error", () => undefined);
const stream = session.request({ ":method": "POST", ":path": path, te: "trailers",
  "content-type": "application/grpc" });
const seen = {};
for (const name of ["response", "trailers"]) stream.on(name, (headers) => Object.assign(seen, headers));
stream.on("error", () => undefined).on("close", () => {
  console.log(JSON.stringify({ code: seen["grpc-status"], message: seen["grpc-message"] }));
  session.destroy();
});
stream.resume();
stream.end(Buffer.from(body ?? "", "base64"));
`;

/** Sends all of a call and is gone before anybody has read of it. */
const callAndLeave = `
import { connect } from "node:http2";
const [url, path, body] = process.argv.slice(1);
const stream = connect(url).request({ ":method": "POST", ":path": path, te: "trailers",
  "content-type": "application/grpc" });
stream.end(Buffer.from(body, "base64"), () => setImmediate(() => process.exit()));
`;

/** Opens connections that say nothing, tells when they are open, and ends when the last is closed. */
const openMany = `
import { connect } from "node:net";
const [port] = process.argv.slice(1);
let opened = 0;
for (let number = 0; number < 500; number += 1) {
  const socket = connect({ port: Number(port), host: "127.0.0.1" });
  socket.on("error", () => undefined).resume();
  socket.on("connect", () => (opened += 1) === 500 && console.log("open"));
}
`;

/** How many forgeries are stored: an append that comes after them is done after them. */
async function forgedEvents(store: RunningEventStore): Promise<number> {
  const client = clientOf(store);
  await client.appendToStream("own", jsonEvent({ type: "Tested", data: {} }));
  let count = 0;
  const read = client.readAll();
  for await (const { event } of read) if (event?.streamId === "forged") count += 1;
  return count;
}

describe.skipIf(!canBeOtherUser)("another user of the machine", () => {
  it.each(
    [
      ...Object.values(StreamsService),
      ...Object.values(ServerFeaturesService),
      ...Object.values(GossipService),
    ].map(({ path }) => path),
  )("is refused %s", async (path) => {
    const store = await temporaryStore();
    const answer = await answerOfOtherUser(call, `http://127.0.0.1:${store.port}`, path, forgery);
    expect(answer).toEqual({ code: "7", message: foreignUserMessage });
    expect(await forgedEvents(store)).toBe(0);
  });

  it("is let in where everybody is", async () => {
    const store = await temporaryStore({ access: "every user" });
    const url = `http://127.0.0.1:${store.port}`;
    expect(await answerOfOtherUser(call, url, appendPath, forgery)).toMatchObject({ code: "0" });
    expect(await forgedEvents(store)).toBe(1);
  });

  it.skipIf(!hasIpv6)("is refused on the other loopback address too", async () => {
    const store = await temporaryStore({ port: await reservePort() });
    const url = `http://[::1]:${store.port}`;
    expect(await answerOfOtherUser(call, url, appendPath, forgery)).toMatchObject({ code: "7" });
  });

  it.each([
    ["every user", 1],
    ["own user", 0],
  ] as const)("who has left already is no guest of %s", async (access, count) => {
    const store = await temporaryStore({ access });
    const url = `http://127.0.0.1:${store.port}`;
    whileStandingStill(callAndLeave, url, appendPath, forgery);
    expect(await forgedEvents(store)).toBe(count);
  });

  it("keeps nobody out, however many connections it opens", async () => {
    const store = await temporaryStore();
    const crowd = asOtherUser(openMany, `${store.port}`);
    await once(crowd.stdout ?? crowd, "data");
    await clientOf(store).appendToStream("own", jsonEvent({ type: "Tested", data: {} }));
    expect(crowd.exitCode).toBeNull();
    expect(await once(crowd, "exit")).toEqual([0, null]);
  });
});
