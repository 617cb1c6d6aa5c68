import { setTimeout as pause } from "node:timers/promises";
import { END } from "@eventstore/db-client";
import { quantile } from "../statistics.js";
import { sampleEvent } from "./appends.js";
import type { StoreProcess } from "./storeProcess.js";

const pollMs = 10;
const streams = 10;

/**
 * Milliseconds from sending an append to its arrival at a subscriber, at 1 000 events a second:
 * `burst` of them at once, every so many milliseconds.
 */
export async function liveDeliveryP99Ms(
  store: StoreProcess,
  durationMs: number,
  burst: number,
): Promise<number> {
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
  for (let sent = 0; sent < durationMs; sent += 1) {
    // Timers are late at times: then the next ones follow at once, as they do from many users.
    const dueMs = start + sent - (sent % burst);
    if (performance.now() < dueMs) await pause(dueMs - performance.now());
    const event = sampleEvent({ sentAt: performance.now() });
    answers.push(store.client.appendToStream(`live-${sent % streams}`, event));
  }
  await Promise.all(answers);
  while (latenciesMs.length < answers.length) await pause(pollMs);
  await subscription.unsubscribe();
  return quantile(latenciesMs, 0.99);
}
