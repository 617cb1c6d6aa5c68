import { randomUUID } from "node:crypto";
import { EventStoreDBClient, jsonEvent } from "@eventstore/db-client";
import { status } from "@grpc/grpc-js";
import { expect, it, onTestFinished } from "vitest";
import { startEventStore } from "../../eventstore/server.js";
import { followEvents } from "../../platform/eventStore/followEvents.js";
import { createLog } from "../../platform/process/log.js";
import { failing, handingOn, startStoreStub } from "../support/storeStub.js";
import { temporaryFolder } from "../support/temporaryFolder.js";

const tooSlow = failing(
  status.ABORTED,
  "Operation timed out: Consumer too slow to handle event while live. Client resubscription required.",
);

it("goes on at once, and without a warning, where an older server drops it in a burst", async () => {
  const store = await startEventStore({ dataDir: temporaryFolder() });
  onTestFinished(() => store.close());
  let passed = 0;
  let drops = 0;
  const read = handingOn(store, (call) => {
    passed += 1;
    if (passed % 32 !== 0) return;
    drops += 1;
    tooSlow(call);
  });
  const { port } = await startStoreStub({ read });
  const client = EventStoreDBClient.connectionString(`esdb://127.0.0.1:${port}?tls=false`);
  const writer = EventStoreDBClient.connectionString(store.url);
  onTestFinished(() => Promise.all([client.dispose(), writer.dispose()]).then(() => undefined));
  const ids = Array.from({ length: 200 }, () => randomUUID());
  await writer.appendToStream(
    "burst",
    ids.map((id) => jsonEvent({ id, type: "Burst", data: {} })),
  );

  const seen: string[] = [];
  const lines: string[] = [];
  const stopping = new AbortController();
  await followEvents({
    client,
    log: createLog({ name: "test", level: "info" }, { write: (line) => lines.push(line) }),
    after: "start",
    signal: stopping.signal,
    onBatch: async (events) => {
      seen.push(...events.map(({ id }) => id));
      if (seen.length >= ids.length) stopping.abort();
    },
  });
  expect(seen).toEqual(ids);
  expect(drops).toBeGreaterThanOrEqual(6);
  expect(lines).toEqual([]);
});
