import { type EventStoreDBClient, START } from "@eventstore/db-client";
import { expect, it } from "vitest";
import { events, take } from "../contract/storeUnderTest.js";
import { clientOf, temporaryStore } from "./temporaryStore.js";

const streams = ["s-0", "s-1", "s-2", "s-3"];
const appendsPerStream = 40;
const eventsPerAppend = 5;
const eventsPerStream = appendsPerStream * eventsPerAppend;
const total = streams.length * eventsPerStream;

/** All streams at once, several appends of each under way; calls back as events are stored. */
async function writeHeavily(client: EventStoreDBClient, onAppend: () => void): Promise<void> {
  await Promise.all(
    streams.flatMap((stream) =>
      Array.from({ length: appendsPerStream }, () =>
        client.appendToStream(stream, events(eventsPerAppend)).then(onAppend),
      ),
    ),
  );
}

it("shows subscriptions begun during heavy writing every event once and in order", async () => {
  const client = clientOf(await temporaryStore());
  const { position } = await client.appendToStream("begin", events(1));
  const all: Promise<bigint[]>[] = [];
  const single: Promise<bigint[]>[] = [];
  let appends = 0;
  // One subscription to $all and one to a stream begin after every 20th append of the 160.
  const subscribeOften = (): void => {
    appends += 1;
    if (appends % 20 !== 1) return;
    const fromAll = client.subscribeToAll({ fromPosition: position ?? START });
    all.push(take(total, fromAll).then((found) => found.map((one) => one.commitPosition ?? -1n)));
    const fromStream = client.subscribeToStream("s-2", { fromRevision: START });
    single.push(
      take(eventsPerStream, fromStream).then((found) =>
        found.map(({ event }) => event?.revision ?? -1n),
      ),
    );
  };
  await writeHeavily(client, subscribeOften);

  const first = (position?.commit ?? 0n) + 1n;
  const everyPosition = Array.from({ length: total }, (_, index) => first + BigInt(index));
  const everyRevision = Array.from({ length: eventsPerStream }, (_, index) => BigInt(index));
  expect(all).toHaveLength(8);
  for (const positions of await Promise.all(all)) expect(positions).toEqual(everyPosition);
  for (const revisions of await Promise.all(single)) expect(revisions).toEqual(everyRevision);
});
