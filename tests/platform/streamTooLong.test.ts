import { expect, it, onTestFinished } from "vitest";
import { streamEventsMax } from "../../domain/limits.js";
import { quotaStream } from "../../domain/quota/events.js";
import { startEventStore } from "../../eventstore/server.js";
import { createEventStore } from "../../platform/eventStore/eventStore.js";
import { newId } from "../../platform/ids.js";
import { exampleOf } from "../support/aggregates.js";
import { fillStream } from "../support/fillStream.js";
import { temporaryFolder } from "../support/temporaryFolder.js";

it("reads a stream of as many events as may be, and refuses a longer one by name", {
  timeout: 120_000,
}, async () => {
  const server = await startEventStore({ dataDir: temporaryFolder() });
  onTestFinished(() => server.close());
  const store = createEventStore(server.url);
  onTestFinished(() => store.close());
  const stream = quotaStream(newId(), "2026-11-22");
  const event = exampleOf({ type: "QuotaReserved" });
  await fillStream(store, stream, event, streamEventsMax);
  expect((await store.read(stream)).events).toHaveLength(streamEventsMax);
  await fillStream(store, stream, event, 1);
  await expect(store.read(stream)).rejects.toThrow(
    `${stream} holds more than ${streamEventsMax} events.`,
  );
});
