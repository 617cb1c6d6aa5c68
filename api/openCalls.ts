import { openCallsPerAccountMax, openCallsPerBlockMax } from "../domain/limits.js";
import { ApiError } from "./errorCodes.js";

const retryAfterSeconds = 5;

export interface OpenCall {
  /** Calls of each kind have a limit of their own for each account. */
  readonly kind: "audio" | "events" | "file";
  readonly userId: string;
  /** HMAC of the address block that it comes from. */
  readonly block: string;
}

/** How many calls are kept open in this instance, by account and by address block. */
export class OpenCalls {
  readonly #counts = new Map<string, number>();

  /**
   * Returns what ends it. A block that has used up its share leaves each account its first call, so
   * that nobody is kept out by a neighbour. @throws ApiError TOO_MANY_WAITING
   */
  enter({ kind, userId, block }: OpenCall): () => void {
    const [account, neighbours] = [`${kind} ${userId}`, `block ${block}`];
    const own = this.#counts.get(account) ?? 0;
    if (own >= openCallsPerAccountMax) {
      const message = `${own} calls of yours are open already. Use Prefer: respond-async.`;
      throw new ApiError("TOO_MANY_WAITING", message, { retryAfterSeconds });
    }
    if (own > 0 && (this.#counts.get(neighbours) ?? 0) >= openCallsPerBlockMax) {
      const message = "Too many calls from your address are open. Keep one open at a time.";
      throw new ApiError("TOO_MANY_WAITING", message, { retryAfterSeconds });
    }
    this.#add(account, 1);
    this.#add(neighbours, 1);
    let isOpen = true;
    return () => {
      if (!isOpen) return;
      isOpen = false;
      this.#add(account, -1);
      this.#add(neighbours, -1);
    };
  }

  #add(subject: string, by: 1 | -1): void {
    const count = (this.#counts.get(subject) ?? 0) + by;
    if (count === 0) this.#counts.delete(subject);
    else this.#counts.set(subject, count);
  }
}
