import type { Redis } from "ioredis";
import { z } from "zod";
import { parseJson } from "../parseJson.js";
import { sessionPingMs } from "../patience.js";
import { channelName, redisOptions } from "./connection.js";

/** What processes call out to each other. All of it is a hint: losing one costs time, never work. */
export const signals = {
  /** A projector committed: up to which position of `$all`, by group of read models. */
  projected: z.record(z.string(), z.string().regex(/^\d+$/)),
  /** This waiting node was drawn for a job in this queue. */
  offer: z.object({ queue: z.string(), nodeId: z.uuid(), instanceId: z.uuid() }),
} as const;
export type SignalName = keyof typeof signals;
export type Signal<Name extends SignalName> = z.infer<(typeof signals)[Name]>;

export async function send<Name extends SignalName>(
  redis: Redis,
  name: Name,
  signal: Signal<Name>,
): Promise<void> {
  await redis.publish(channelName(redis, name), JSON.stringify(signal));
}

/** Listens on a connection of its own, as Redis wants it. Returns how to stop. */
export async function listen<Name extends SignalName>(
  redis: Redis,
  name: Name,
  onSignal: (signal: Signal<Name>) => void,
): Promise<() => void> {
  const patient = { commandTimeout: undefined, enableOfflineQueue: true };
  const subscriber = redis.duplicate({ ...redisOptions("background"), ...patient });
  subscriber.on("error", () => undefined);
  subscriber.on("message", (_channel, text) => {
    const signal = signals[name].safeParse(parseJson(text));
    if (signal.success) onSignal(signal.data as Signal<Name>);
  });
  await subscriber.subscribe(channelName(redis, name));
  // Whoever only listens would never notice that the connection is dead.
  const timer = setInterval(() => {
    if (subscriber.status === "ready") subscriber.ping().catch(() => undefined);
  }, sessionPingMs);
  return () => {
    clearInterval(timer);
    subscriber.disconnect();
  };
}
