import { setTimeout as pause } from "node:timers/promises";
import { END } from "@eventstore/db-client";
import { quantile } from "../statistics.js";
import { sampleEvent } from "./appends.js";
import type { StoreProcess } from "./storeProcess.js";

const tickMs = 10;
const eventsPerTick = 10;

/** Milliseconds from sending an append to its arrival at a subscriber, at 1 000 events a second. */
export async function liveDeliveryP99Ms(store: StoreProcess, durationMs: number): Promise<number> {
  const latenciesMs: number[] = [];
  const subscription = store.newClient().subscribeToAll({ fromPosition: END });
  await new Promise((resolve) => subscription.once("confirmation", resolve).resume());
  subscription.on("data", ({ event }) => {
    const data: unknown = event?.data;
    const sentAt = Object(data)["public"]?.sentAt;
    if (typeof sentAt === "number") latenciesMs.push(performance.now() - sentAt);
  });
  const start = performance.now();
  const answers: Promise<unknown>[] = [];
  for (let tick = 0; tick * tickMs < durationMs; tick += 1) {
    await pause(Math.max(0, start + tick * tickMs - performance.now()));
    for (let count = 0; count < eventsPerTick; count += 1) {
      const event = sampleEvent({ sentAt: performance.now() });
      answers.push(store.client.appendToStream(`live-${count}`, event));
    }
  }
  await Promise.all(answers);
  while (latenciesMs.length < answers.length) await pause(tickMs);
  await subscription.unsubscribe();
  return quantile(latenciesMs, 0.99);
}
