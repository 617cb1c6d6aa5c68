import { ApiError } from "../errorCodes.js";

const retryAfterSeconds = 2;

export interface Budget {
  readonly bytesMax: number;
  /** Less than the whole, so that no address block can use it up alone. */
  readonly bytesPerBlockMax: number;
}

/** How many bytes this process holds for others at a time. What does not fit is told to come again. */
export class ByteBudget {
  readonly #budget: Budget;
  readonly #byBlock = new Map<string, number>();
  #bytes = 0;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  /** Returns what gives the bytes back. @throws ApiError BUSY */
  hold(block: string, bytes: number): () => void {
    const neighbours = this.#byBlock.get(block) ?? 0;
    const { bytesMax, bytesPerBlockMax } = this.#budget;
    if (this.#bytes + bytes > bytesMax || neighbours + bytes > bytesPerBlockMax) {
      const message = "This server has too much on its way just now. Try again shortly.";
      throw new ApiError("BUSY", message, { retryAfterSeconds });
    }
    this.#add(block, bytes);
    let isHeld = true;
    return () => {
      if (isHeld) this.#add(block, -bytes);
      isHeld = false;
    };
  }

  #add(block: string, bytes: number): void {
    this.#bytes += bytes;
    const held = (this.#byBlock.get(block) ?? 0) + bytes;
    if (held === 0) this.#byBlock.delete(block);
    else this.#byBlock.set(block, held);
  }
}
