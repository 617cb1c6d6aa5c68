import {
  openCallsPerAccountMax,
  openCallsPerBlockMax,
  openStreamsPerGenerationMax,
} from "../domain/limits.js";
import { ApiError } from "./errorCodes.js";

const retryAfterSeconds = 5;

export interface OpenCall {
  /** Calls of each kind have a limit of their own for each account. */
  readonly kind: "audio" | "events" | "file";
  readonly userId: string;
  /** HMAC of the address block that it comes from. */
  readonly block: string;
  /** Of a stream of events: those of one generation have a limit too. */
  readonly generationId?: string;
}

/** How many calls are kept open in this instance, by account, generation and address block. */
export class OpenCalls {
  readonly #counts = new Map<string, number>();

  /**
   * Returns what ends it. A block that has used up its share leaves each account its first call, so
   * that nobody is kept out by a neighbour. @throws ApiError TOO_MANY_WAITING
   */
  enter({ kind, userId, block, generationId }: OpenCall): () => void {
    const [account, neighbours] = [`${kind} ${userId}`, `block ${block}`];
    // It is not known yet whose generation it is, and nobody uses up the streams of somebody else's.
    const streams = generationId === undefined ? [] : [`${account} ${generationId}`];
    const own = this.#countOf(account);
    if (own >= openCallsPerAccountMax) {
      throw tooMany(`${own} calls of yours are open already. Use Prefer: respond-async.`);
    }
    if (streams.some((stream) => this.#countOf(stream) >= openStreamsPerGenerationMax)) {
      throw tooMany("The events of this generation are followed already. Close a stream first.");
    }
    if (own > 0 && this.#countOf(neighbours) >= openCallsPerBlockMax) {
      throw tooMany("Too many calls from your address are open. Keep one open at a time.");
    }
    const subjects = [account, neighbours, ...streams];
    for (const subject of subjects) this.#add(subject, 1);
    let isOpen = true;
    return () => {
      if (!isOpen) return;
      isOpen = false;
      for (const subject of subjects) this.#add(subject, -1);
    };
  }

  #countOf(subject: string): number {
    return this.#counts.get(subject) ?? 0;
  }

  #add(subject: string, by: 1 | -1): void {
    const count = this.#countOf(subject) + by;
    if (count === 0) this.#counts.delete(subject);
    else this.#counts.set(subject, count);
  }
}

const tooMany = (message: string): ApiError =>
  new ApiError("TOO_MANY_WAITING", message, { retryAfterSeconds });
