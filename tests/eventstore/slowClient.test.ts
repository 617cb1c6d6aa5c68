import { once } from "node:events";
import { binaryEvent, type EventStoreDBClient } from "@eventstore/db-client";
import streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import { expect, it, onTestFinished } from "vitest";
import { askAndNeverRead } from "../chaos/neverReadingClient.js";
import { collect, events } from "../contract/storeUnderTest.js";
import { readStreamOptions } from "./protocolRequests.js";
import { clientOf, protocolClientOf, temporaryStore } from "./temporaryStore.js";

const eventBytes = 100 * 1_024;
const eventsPerAppend = 10;
const appends = 20;

async function storeLargeStream(client: EventStoreDBClient): Promise<void> {
  for (let append = 0; append < appends; append += 1) {
    const large = Array.from({ length: eventsPerAppend }, () =>
      binaryEvent({ type: "Large", data: Buffer.alloc(eventBytes) }),
    );
    await client.appendToStream("large", large);
  }
}

it("gives a client that pauses all it asked for, and serves others meanwhile", async () => {
  const store = await temporaryStore();
  const client = clientOf(store);
  await storeLargeStream(client);
  const request = new streamsPb.ReadReq().setOptions(readStreamOptions("large"));
  const slow = protocolClientOf(store).read(request);
  onTestFinished(() => slow.cancel());
  let received = 0;
  slow.on("data", () => {
    received += 1;
    if (received === 1) slow.pause();
  });
  await once(slow, "metadata");

  await client.appendToStream("small", events(3));
  expect(await collect(client.readStream("small"))).toHaveLength(3);
  expect(received).toBeLessThan(appends * eventsPerAppend);

  const ended = once(slow, "end");
  slow.resume();
  await ended;
  expect(received).toBe(appends * eventsPerAppend);
});

it("does not keep the store from closing, neither by reading nor by subscribing", async () => {
  const store = await temporaryStore();
  await storeLargeStream(clientOf(store));
  const subscribing = readStreamOptions("large");
  subscribing.setSubscription(new streamsPb.ReadReq.Options.SubscriptionOptions());
  for (const options of [readStreamOptions("large"), subscribing]) {
    const slow = protocolClientOf(store).read(new streamsPb.ReadReq().setOptions(options));
    slow.on("error", () => undefined);
    await once(slow, "data");
    slow.pause();
  }
  await askAndNeverRead(store.port, new streamsPb.ReadReq().setOptions(readStreamOptions("large")));
  await clientOf(store).appendToStream("small", events(1));
  await store.close();
});
