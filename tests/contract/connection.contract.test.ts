import {
  EventStoreDBClient,
  persistentSubscriptionToStreamSettingsFromDefaults,
  UnavailableError,
  UnknownError,
  UnsupportedError,
} from "@eventstore/db-client";
import { describe, expect, it } from "vitest";
import { collect, event, isRealServer, newStream, storeUnderTest } from "./storeUnderTest.js";

const { client, url } = storeUnderTest();

describe("a client", () => {
  it("finds the store by discovery", async () => {
    const discovering = EventStoreDBClient.connectionString(
      url().replace("esdb://", "esdb+discover://"),
    );
    const stream = newStream();
    await discovering.appendToStream(stream, event());
    expect(await collect(discovering.readStream(stream))).toHaveLength(1);
    await discovering.dispose();
  });

  it("may ask for the leader", async () => {
    const stream = newStream();
    await client().appendToStream(stream, event(), { requiresLeader: true });
    expect(await collect(client().readStream(stream, { requiresLeader: true }))).toHaveLength(1);
  });

  it("may ignore credentials it does not need", async () => {
    const stream = newStream();
    const options = { credentials: { username: "nobody", password: "wrong" } };
    await client().appendToStream(stream, event(), options);
    expect(await collect(client().readStream(stream, options))).toHaveLength(1);
  });

  it("learns that nobody listens", async () => {
    const lost = EventStoreDBClient.connectionString`esdb://127.0.0.1:1?tls=false`;
    await expect(collect(lost.readAll({ maxCount: 1 }))).rejects.toThrow(UnavailableError);
    await lost.dispose();
  });
});

describe.skipIf(isRealServer)("what the embedded store leaves to a real one", () => {
  it("is said plainly: persistent subscriptions", async () => {
    const settings = persistentSubscriptionToStreamSettingsFromDefaults();
    await expect(
      client().createPersistentSubscriptionToStream(newStream(), "group", settings),
    ).rejects.toThrow(UnknownError);
    await expect(client().deletePersistentSubscriptionToAll("group")).rejects.toThrow(
      UnsupportedError,
    );
  });

  it("is said plainly: projections", async () => {
    await expect(client().disableProjection("any")).rejects.toThrow(UnknownError);
  });
});
