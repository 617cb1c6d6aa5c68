import {
  DeadlineExceededError,
  EventStoreDBClient,
  type PersistentSubscriptionToStream,
  persistentSubscriptionToStreamSettingsFromDefaults,
  UnavailableError,
  UnknownError,
  UnsupportedError,
} from "@eventstore/db-client";
import { describe, expect, it } from "vitest";
import {
  bothProtocols,
  collect,
  event,
  events,
  isRealServer,
  newStream,
  storeUnderTest,
} from "./storeUnderTest.js";

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

  it("finds the store whatever node it prefers, also among several addresses", async () => {
    const stream = newStream();
    await client().appendToStream(stream, event());
    const several = url().replace(/\/\/([^?]*)/, "//$1,$1");
    for (const preference of ["leader", "follower", "random", "read_only_replica"]) {
      const settings = `&nodePreference=${preference}&maxDiscoverAttempts=5&gossipTimeout=2`;
      const choosing = EventStoreDBClient.connectionString(`${several}${settings}`);
      expect(await collect(choosing.readStream(stream))).toHaveLength(1);
      await choosing.dispose();
    }
  });

  it("may give its connection a name, a user, a deadline and pings", async () => {
    const settings = "&connectionName=me&defaultDeadline=60000&keepAliveInterval=10000";
    const named = EventStoreDBClient.connectionString(
      `${url().replace("//", "//admin:changeit@")}${settings}&keepAliveTimeout=10000`,
    );
    const stream = newStream();
    await named.appendToStream(stream, event());
    expect(await collect(named.readStream(stream))).toHaveLength(1);
    await named.dispose();
  });

  it.each(bothProtocols)("learns that its deadline has passed, by %s", async (_name, options) => {
    const append = client().appendToStream(newStream(), event(), { ...options, deadline: 0 });
    await expect(append).rejects.toThrow(DeadlineExceededError);
  });

  it("may leave a read before its end, and go on", async () => {
    const stream = newStream();
    await client().appendToStream(stream, events(1_000));
    for await (const { event: first } of client().readStream(stream)) {
      expect(first?.revision).toBe(0n);
      break;
    }
    expect(await collect(client().readStream(stream))).toHaveLength(1_000);
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
  const settings = persistentSubscriptionToStreamSettingsFromDefaults();
  const read = (subscription: PersistentSubscriptionToStream): Promise<unknown> =>
    collect(subscription);
  const notImplemented = [
    ["create", () => client().createPersistentSubscriptionToStream("s", "g", settings)],
    ["update", () => client().updatePersistentSubscriptionToStream("s", "g", settings)],
    ["delete", () => client().deletePersistentSubscriptionToStream("s", "g")],
    ["read", () => read(client().subscribeToPersistentSubscriptionToStream("s", "g"))],
    ["describe", () => client().getPersistentSubscriptionToStreamInfo("s", "g")],
    ["replay", () => client().replayParkedMessagesToStream("s", "g")],
    ["list of a stream", () => client().listPersistentSubscriptionsToStream("s")],
    ["list", () => client().listAllPersistentSubscriptions()],
    ["restart", () => client().restartPersistentSubscriptionSubsystem()],
  ] as const;
  it.each(notImplemented)("is said plainly: %s persistent subscriptions", async (_what, ask) => {
    await expect(ask()).rejects.toThrow(/UNIMPLEMENTED/);
    await expect(ask()).rejects.toThrow(UnknownError);
  });

  it.each([
    ["delete", () => client().deletePersistentSubscriptionToAll("g")],
    ["describe", () => client().getPersistentSubscriptionToAllInfo("g")],
    ["list", () => client().listPersistentSubscriptionsToAll()],
    ["replay", () => client().replayParkedMessagesToAll("g")],
  ] as const)("is said plainly: %s persistent subscriptions to $all", async (_what, ask) => {
    await expect(ask()).rejects.toThrow(UnsupportedError);
  });

  it.each([
    ["create", () => client().createProjection("p", "fromAll()")],
    [
      "create tracking",
      () => client().createProjection("p", "fromAll()", { trackEmittedStreams: true }),
    ],
    ["disable", () => client().disableProjection("p")],
    ["list", () => client().listProjections()],
    ["read", () => client().getProjectionState("p")],
  ] as const)("is said plainly: %s projections", async (_what, ask) => {
    await expect(ask()).rejects.toThrow(/UNIMPLEMENTED/);
  });
});
