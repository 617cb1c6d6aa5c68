import { once } from "node:events";
import {
  type AllStreamSubscription,
  END,
  type EventStoreDBClient,
  type Position,
  type StreamSubscription,
  streamNameFilter,
} from "@eventstore/db-client";
import fc from "fast-check";
import { expect, it } from "vitest";
import { events } from "../contract/storeUnderTest.js";
import { clientOf, temporaryStore } from "../eventstore/temporaryStore.js";

const runs = 15;
const lastType = "Last";

/** Streams are `<run>-0` to `<run>-3`. */
const streamCount = 4;
type Kind = "stream" | "$all" | "filtered";

interface Plan {
  /** The appends to each stream, by how many events they hold. */
  readonly appends: readonly (readonly number[])[];
  readonly subscribers: readonly {
    readonly kind: Kind;
    readonly from: "start" | "end";
    /** It subscribes when so many appends have been answered. */
    readonly afterAppends: number;
  }[];
}

const plans: fc.Arbitrary<Plan> = fc.record({
  appends: fc.array(fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 5, maxLength: 40 }), {
    minLength: streamCount,
    maxLength: streamCount,
  }),
  subscribers: fc.array(
    fc.record({
      kind: fc.constantFrom<Kind>("stream", "$all", "filtered"),
      from: fc.constantFrom("start", "end"),
      afterAppends: fc.nat({ max: 60 }),
    }),
    { minLength: 3, maxLength: 6 },
  ),
});

type Subscriber = Plan["subscribers"][number];
type Subscription = StreamSubscription | AllStreamSubscription;

/** Which streams a subscriber is to see. */
const streamsOf = ({ kind }: Subscriber, streams: readonly string[]): readonly string[] =>
  kind === "stream" ? streams.slice(1, 2) : kind === "$all" ? streams : streams.slice(2);

class Run {
  readonly #client: EventStoreDBClient;
  readonly streams: readonly string[];
  readonly #before: Position;
  #answered = 0;
  readonly #waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  constructor(client: EventStoreDBClient, before: Position) {
    this.#client = client;
    this.#before = before;
    const name = crypto.randomUUID();
    this.streams = Array.from({ length: streamCount }, (_, number) => `${name}-${number}`);
  }

  /** Several appends of each stream are under way at once. */
  async write({ appends }: Plan): Promise<void> {
    await Promise.all(
      appends.flatMap((counts, number) =>
        counts.map((count) => this.#append(this.streams[number] ?? "", count)),
      ),
    );
    this.#answered = Number.MAX_SAFE_INTEGER;
    this.#notify();
  }

  /** Resolves with the ids it was shown, up to the last event, and when it was ready for them. */
  async subscribe(subscriber: Subscriber): Promise<Shown> {
    await this.#answeredAppends(subscriber.afterAppends);
    const subscription = this.#open(subscriber);
    const ids: string[] = [];
    const ended = new Promise<void>((resolve, reject) => {
      let left = streamsOf(subscriber, this.streams).length;
      subscription.on("error", reject);
      subscription.on("data", ({ event }) => {
        if (!this.streams.includes(event?.streamId ?? "")) return;
        ids.push(event?.id ?? "");
        if (event?.type === lastType) left -= 1;
        if (left === 0) resolve();
      });
    });
    await once(subscription, "confirmation");
    const stored = await this.log(subscriber);
    return {
      storedBefore: subscriber.from === "start" ? 0 : stored.length,
      ids: async () => {
        await ended;
        await subscription.unsubscribe();
        return ids;
      },
    };
  }

  async finish(): Promise<void> {
    for (const stream of this.streams) {
      await this.#client.appendToStream(stream, events(1, lastType));
    }
  }

  /** The ids of what is stored now, of the streams this subscriber is to see. */
  async log(subscriber: Subscriber): Promise<readonly string[]> {
    const wanted = streamsOf(subscriber, this.streams);
    const ids: string[] = [];
    for await (const { event } of this.#client.readAll({ fromPosition: this.#before })) {
      if (event !== undefined && wanted.includes(event.streamId)) ids.push(event.id);
    }
    return ids;
  }

  #open({ kind, from }: Subscriber): Subscription {
    const [, second = ""] = this.streams;
    if (kind === "stream") {
      return this.#client.subscribeToStream(second, { fromRevision: from });
    }
    const fromPosition = from === "start" ? this.#before : END;
    if (kind === "$all") return this.#client.subscribeToAll({ fromPosition });
    const filter = streamNameFilter({ prefixes: this.streams.slice(2), maxSearchWindow: 3 });
    return this.#client.subscribeToAll({ fromPosition, filter });
  }

  async #append(stream: string, count: number): Promise<void> {
    await this.#client.appendToStream(stream, events(count));
    this.#answered += 1;
    this.#notify();
  }

  #answeredAppends(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ count, resolve });
      this.#notify();
    });
  }

  #notify(): void {
    for (const { count, resolve } of this.#waiting) if (this.#answered >= count) resolve();
  }
}

interface Shown {
  /** What was stored, at the latest, when the subscription was confirmed: it may miss that much. */
  readonly storedBefore: number;
  readonly ids: () => Promise<readonly string[]>;
}

it("shows a subscription begun at any time every event once, in order, and goes live", {
  timeout: 300_000,
}, async () => {
  const client = clientOf(await temporaryStore());
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => {
      const { position } = await client.appendToStream("before", events(1));
      if (position === undefined) throw new Error("The append answered no position.");
      const run = new Run(client, position);
      const subscribed = plan.subscribers.map((subscriber) => run.subscribe(subscriber));
      await run.write(plan);
      const shown = await Promise.all(subscribed);
      await run.finish();
      for (const [index, { ids, storedBefore }] of shown.entries()) {
        const subscriber = plan.subscribers[index];
        if (subscriber === undefined) throw new Error("There is one for each.");
        const log = await run.log(subscriber);
        const seen = await ids();
        expect(seen).toEqual(log.slice(log.length - seen.length));
        expect(seen.length).toBeGreaterThanOrEqual(log.length - storedBefore);
      }
    }),
    // Shrinking would run far longer than anybody waits; the seed repeats what failed.
    {
      numRuns: runs,
      seed: Number(process.env["CHAOS_SEED"] ?? Date.now()),
      endOnFailure: true,
    },
  );
});
