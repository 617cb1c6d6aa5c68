import { status } from "@grpc/grpc-js";
import type { Appender, TestAnswer, TestAppend } from "./rawAppends.js";
import type { SeededRandom } from "./seededRandom.js";

const eventsPerAppendMax = 5;
const dataBytesMax = 3_000;

/** Writes to one stream and repeats what was not acknowledged, as a careful client does. */
export class RetryingWriter {
  readonly stream: string;
  /** How many appends it has under way at once, each expecting the end of the one before. */
  readonly inFlight: number;
  /** The ids of all acknowledged events, at their revisions. */
  readonly acknowledged: string[] = [];
  readonly #random: SeededRandom;
  #unacknowledged: TestAppend[] = [];

  constructor(stream: string, inFlight: number, random: SeededRandom) {
    this.stream = stream;
    this.inFlight = inFlight;
    this.#random = random;
  }

  /** Until the store is gone; first what it sent before and heard no answer to. */
  async write(appender: Appender, onAcknowledgement: () => void): Promise<void> {
    try {
      for (;;) {
        await this.finish(appender, onAcknowledgement);
        for (let count = 0; count < this.inFlight; count += 1) this.#prepareAppend();
      }
    } catch (error) {
      if (!isStoreGone(error)) throw error;
    }
  }

  /** Sends all that is not acknowledged and waits for the answers. */
  async finish(appender: Appender, onAcknowledgement?: () => void): Promise<void> {
    const answers = await Promise.allSettled(
      this.#unacknowledged.map(async (append) => {
        this.#acknowledge(append, await appender.append(append));
        onAcknowledgement?.();
      }),
    );
    this.#unacknowledged = this.#unacknowledged.filter(
      ({ expected }) => expected >= this.acknowledged.length - 1,
    );
    for (const answer of answers) if (answer.status === "rejected") throw answer.reason;
  }

  #prepareAppend(): void {
    const before = this.#unacknowledged.at(-1);
    const expected = before ? before.expected + before.ids.length : this.acknowledged.length - 1;
    const eventCount = 1 + this.#random.below(eventsPerAppendMax);
    this.#unacknowledged.push({
      stream: this.stream,
      expected,
      ids: Array.from({ length: eventCount }, () => crypto.randomUUID()),
      data: Buffer.alloc(this.#random.below(dataBytesMax)),
    });
  }

  #acknowledge({ stream, expected, ids }: TestAppend, answer: TestAnswer): void {
    const isNext = expected === this.acknowledged.length - 1;
    if (!isNext || answer !== expected + ids.length) {
      throw new Error(
        `${stream} holds ${this.acknowledged.length} acknowledged events; ` +
          `an append of ${ids.length} behind revision ${expected} was answered: ${answer}.`,
      );
    }
    this.acknowledged.push(...ids);
  }
}

const isStoreGone = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === status.UNAVAILABLE;
