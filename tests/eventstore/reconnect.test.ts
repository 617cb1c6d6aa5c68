import { once } from "node:events";
import { type AllStreamSubscription, START, UnavailableError } from "@eventstore/db-client";
import { expect, it, vi } from "vitest";
import { reservePort } from "../../scripts/supervisor/reservePort.js";
import { collect, event, events, idsOf, take } from "../contract/storeUnderTest.js";
import { clientOf, temporaryFolder, temporaryStore } from "./temporaryStore.js";

it("is found again by its clients when it has restarted, and their subscriptions go on", async () => {
  const place = { dataDir: temporaryFolder(), port: await reservePort() };
  const first = await temporaryStore(place);
  const client = clientOf(first);
  const [before, after] = [events(3), events(3)];
  await client.appendToStream("s", before);
  const subscription = client.subscribeToStream("s", { fromRevision: START });
  const seen = new Promise<bigint>((resolve) => {
    subscription.on("data", ({ event: found }) => {
      if (found?.id === before.at(-1)?.id) resolve(found?.revision ?? -1n);
    });
  });
  const fromRevision = await seen;
  const failed = once(subscription, "error");
  await first.close();
  expect((await failed)[0]).toBeInstanceOf(UnavailableError);

  await temporaryStore(place);
  // The first call after a loss is how the client learns of it; it connects anew for the next.
  await vi.waitUntil(() => client.appendToStream("s", after).then(Boolean, () => false), {
    timeout: 20_000,
  });
  const resumed = await take(3, client.subscribeToStream("s", { fromRevision }));
  expect(idsOf(resumed)).toEqual(after.map(({ id }) => id));
});

it("forgets a subscription that its client ends, and goes on with the others", async () => {
  const client = clientOf(await temporaryStore());
  const open = (): AllStreamSubscription => client.subscribeToAll({ fromPosition: START });
  const [ended, kept] = [open(), open()];
  const shown: string[] = [];
  ended.on("data", ({ event: found }) => shown.push(found?.type ?? ""));
  await Promise.all([once(ended, "caughtUp"), once(kept, "confirmation")]);
  const closed = once(ended, "end");
  await ended.unsubscribe();
  await closed;
  await client.appendToStream("s", event("Late"));
  const found = await take(2, kept);
  expect(found.map(({ event: one }) => one?.type)).toEqual(["$storeCreated", "Late"]);
  expect(shown).toEqual(["$storeCreated"]);
  expect(await collect(client.readStream("s"))).toHaveLength(1);
});
