import { type Job, Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { sweepIntervalMs } from "../../domain/limits.js";
import { epochMs, type Instant } from "../../domain/time.js";
import { redisOptions } from "./connection.js";

/** A place in line that was taken: give it back, or take it out for good. */
export interface Place {
  readonly generationId: string;
  /** Back to the head of the line. */
  putBack(): Promise<void>;
  /** Out of the line: the lease in the ledger says whose work it is now. */
  leave(): Promise<void>;
}

/** A line in which somebody waits. */
export interface Line {
  readonly queue: string;
  readonly waiting: number;
}

/**
 * The waiting line of generations, by what they need (domain/generation/queues.ts). It holds ids
 * only and may be lost at any moment: the sweep fills it again from the ledger.
 */
export interface WaitingLine {
  /** Puts a generation in line; one that stands there already keeps its place. */
  join(queue: string, generationId: string, requestedAt: Instant): Promise<void>;
  /** Takes a generation out that has ended. A place that is taken is left to whoever took it. */
  remove(generationId: string): Promise<void>;
  /** Ids of all that stand in line, some at a time. */
  standing(): AsyncIterable<readonly string[]>;
  /** All lines in which somebody waits; first the one whose head was requested first. */
  list(): Promise<readonly Line[]>;
  /** The first in line, or undefined. `token` names who took it. */
  take(queue: string, token: string): Promise<Place | undefined>;
  close(): Promise<void>;
}

/** A taken place that is neither left nor put back within this time is in line again. */
const lockMs = 15_000;

const standingPerLook = 1000;

const prefix = "obsidian";
/** Names of all lines there ever were, and in which of them a generation stands. */
const namesKey = "line:names";
const placesKey = "line:places";

export function openWaitingLine(url: string): WaitingLine {
  // Waits for ever: BullMQ demands it of a worker's connection. All lines share this one.
  const redis = quiet(new Redis(url, redisOptions("background")));
  const connection = redis;
  const queues = new Map<string, Queue>();
  const takers = new Map<string, Worker>();

  const queueOf = (name: string): Queue =>
    remember(queues, name, () => quiet(new Queue(name, { connection, prefix })));
  /** Also brings back places whose taker died, so every line that may hold one needs its own. */
  async function takerOf(name: string): Promise<Worker> {
    const known = takers.get(name);
    if (known !== undefined) return known;
    const options = { autorun: false, lockDuration: lockMs, stalledInterval: sweepIntervalMs };
    const taker = quiet(new Worker(name, null, { connection, prefix, ...options }));
    takers.set(name, taker);
    await taker.startStalledCheckTimer();
    return taker;
  }

  return {
    async join(name, generationId, requestedAt) {
      const named = redis.hset(namesKey, name, 1);
      const kept = { removeOnComplete: true, removeOnFail: true };
      const options = { jobId: generationId, timestamp: epochMs(requestedAt), ...kept };
      // In this order, since it is one connection; so a line with a place in it has its name.
      await Promise.all([named, queueOf(name).add("generation", {}, options)]);
      await redis.hset(placesKey, generationId, name);
    },
    async remove(generationId) {
      const name = await redis.hget(placesKey, generationId);
      if (name === null) return;
      await queueOf(name).remove(generationId);
      await redis.hdel(placesKey, generationId);
    },
    async *standing() {
      // Names and values take turns.
      for await (const found of redis.hscanStream(placesKey, { count: standingPerLook })) {
        yield (found as string[]).filter((_, index) => index % 2 === 0);
      }
    },
    async list() {
      const names = await redis.hkeys(namesKey);
      const lines = await Promise.all(
        names.map(async (name) => {
          await takerOf(name);
          return { queue: name, waiting: await redis.llen(queueOf(name).toKey("wait")) };
        }),
      );
      return headsFirst(
        lines.filter(({ waiting }) => waiting > 0),
        queueOf,
      );
    },
    async take(name, token) {
      const job = await (await takerOf(name)).getNextJob(token, { block: false });
      return job === undefined ? undefined : placeOf(job, token, redis);
    },
    async close() {
      await Promise.all([...takers.values(), ...queues.values()].map((each) => each.close()));
      redis.disconnect();
    },
  };
}

async function headsFirst(
  lines: readonly Line[],
  queueOf: (name: string) => Queue,
): Promise<readonly Line[]> {
  if (lines.length < 2) return lines;
  const aged = await Promise.all(
    lines.map(async (line) => {
      const [head] = await queueOf(line.queue).getJobs("wait", 0, 0, true);
      return { line, since: head?.timestamp ?? Number.POSITIVE_INFINITY };
    }),
  );
  return aged.sort((a, b) => a.since - b.since).map(({ line }) => line);
}

function placeOf(job: Job, token: string, redis: Redis): Place {
  const generationId = job.id ?? "";
  return {
    generationId,
    putBack: async () => {
      await job.moveToWait(token);
    },
    leave: async () => {
      // Its name first: whoever puts it in line again from now on is not undone.
      const unnamed = redis.hdel(placesKey, generationId);
      await Promise.all([unnamed, job.moveToCompleted(null, token, false)]);
    },
  };
}

/** Lost connections show where they hurt: in the call that needed one. */
function quiet<Emitter extends { on(event: "error", listener: () => void): unknown }>(
  emitter: Emitter,
): Emitter {
  emitter.on("error", () => undefined);
  return emitter;
}

function remember<Value>(map: Map<string, Value>, name: string, make: () => Value): Value {
  const value = map.get(name) ?? make();
  map.set(name, value);
  return value;
}
