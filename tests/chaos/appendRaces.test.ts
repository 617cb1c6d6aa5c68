import { expect, it, onTestFinished } from "vitest";
import { collect } from "../contract/storeUnderTest.js";
import { clientOf, temporaryStore } from "../eventstore/temporaryStore.js";
import { type Appender, BatchAppender, SingleAppender } from "./rawAppends.js";

const streamCount = 50;
const racesPerStream = 200;

/** Two of the clients want the same place; which two, and who asks first, changes every time. */
async function race(racers: readonly Appender[], stream: string, turn: number): Promise<string> {
  const expected = turn - 1;
  const pair = [racers[turn % racers.length], racers[(turn + 1) % racers.length]];
  const results = await Promise.all(
    pair.map(async (racer) => {
      const id = crypto.randomUUID();
      const answer = await racer?.append({ stream, expected, ids: [id] });
      return { id, answer };
    }),
  );
  const winners = results.filter(({ answer }) => answer === turn);
  const losers = results.filter(({ answer }) => answer === "wrong expected revision");
  expect([winners.length, losers.length]).toEqual([1, 1]);
  return winners[0]?.id ?? "";
}

it("lets exactly one of several clients append at a revision, in 10 000 races", {
  timeout: 300_000,
}, async () => {
  const store = await temporaryStore();
  const racers = [
    new BatchAppender(store.port),
    new SingleAppender(store.port),
    new BatchAppender(store.port),
  ];
  for (const racer of racers) onTestFinished(() => racer.close());
  const client = clientOf(store);
  await Promise.all(
    Array.from({ length: streamCount }, async (_, number) => {
      const stream = `s-${number}`;
      const winners: string[] = [];
      for (let turn = 0; turn < racesPerStream; turn += 1) {
        winners.push(await race(racers, stream, turn));
      }
      const stored = await collect(client.readStream(stream));
      expect(stored.map(({ event }) => event?.id)).toEqual(winners);
    }),
  );
});
