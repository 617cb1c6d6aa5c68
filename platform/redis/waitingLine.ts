import { type Job, Queue, Worker } from "bullmq";
import { sweepIntervalMs } from "../../domain/limits.js";

/** A place in line that was taken: give it back, or take it out for good. */
export interface Place {
  readonly generationId: string;
  /** Back to the head of the line. */
  putBack(): Promise<void>;
  /** Out of the line: the lease in the ledger says whose work it is now. */
  leave(): Promise<void>;
}

/**
 * The waiting line of generations, by what they need (domain/generation/queues.ts). It holds ids
 * only and may be lost at any moment: the sweep fills it again from the ledger.
 */
export interface WaitingLine {
  /** Puts a generation in line; one that stands there already keeps its place. */
  join(queue: string, generationId: string): Promise<void>;
  /** The first in line, or undefined. `token` names who took it. */
  take(queue: string, token: string): Promise<Place | undefined>;
  close(): Promise<void>;
}

/** A taken place that is neither left nor put back within this time is in line again. */
const lockMs = 15_000;

const prefix = "obsidian";

export function openWaitingLine(url: string): WaitingLine {
  // Waits for ever: BullMQ demands it of a worker's connection.
  const connection = { url, maxRetriesPerRequest: null };
  const queues = new Map<string, Queue>();
  const takers = new Map<string, Worker>();

  const queueOf = (name: string): Queue =>
    remember(queues, name, () => quiet(new Queue(name, { connection, prefix })));
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
    async join(queue, generationId) {
      const options = { jobId: generationId, removeOnComplete: true, removeOnFail: true };
      await queueOf(queue).add("generation", {}, options);
    },
    async take(queue, token) {
      const job = await (await takerOf(queue)).getNextJob(token, { block: false });
      return job === undefined ? undefined : placeOf(job, token);
    },
    async close() {
      await Promise.all([...takers.values(), ...queues.values()].map((each) => each.close()));
    },
  };
}

function placeOf(job: Job, token: string): Place {
  return {
    generationId: job.id ?? "",
    putBack: async () => {
      await job.moveToWait(token);
    },
    leave: async () => {
      await job.moveToCompleted(null, token, false);
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
