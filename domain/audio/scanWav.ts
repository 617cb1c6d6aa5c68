import { sizeOf } from "../byteRange.js";
import { type CertifiedWav, walkCertifiedWav } from "./readWav.js";
import type { Asked } from "./riff.js";

/**
 * Reads a stranger's file while it comes, in pieces of any size, and holds no more of it than its
 * headers and its certificate. Never throws.
 */
export class WavScan {
  readonly #walk = walkCertifiedWav();
  readonly #onCertified: (bytes: Uint8Array) => void;
  #step = this.#walk.next(new Uint8Array());
  /** What came of the bytes that are asked for. */
  #came = 0;
  #held = new Uint8Array();
  #isTooLong = false;

  /** `onCertified` gets the payloads of `fmt ` and `data`, in the order in which they are hashed. */
  constructor(onCertified: (bytes: Uint8Array) => void) {
    this.#onCertified = onCertified;
  }

  push(piece: Uint8Array): void {
    let rest = piece;
    while (rest.length > 0 && !this.#step.done) {
      const asked = this.#step.value;
      const taken = rest.subarray(0, sizeOf(asked) - this.#came);
      this.#take(taken, asked);
      rest = rest.subarray(taken.length);
      if (this.#came === sizeOf(asked)) this.#goOn();
    }
    if (rest.length > 0) this.#isTooLong = true;
  }

  /** What the file is, once all of it was pushed; undefined when it is none that we take. */
  end(): CertifiedWav | undefined {
    const { done, value } = this.#step;
    return done && value.ok && !this.#isTooLong ? value.value : undefined;
  }

  #take(bytes: Uint8Array, { isRead, isCertified, ...range }: Asked): void {
    if (isCertified) this.#onCertified(bytes);
    if (isRead) {
      if (this.#came === 0) this.#held = new Uint8Array(sizeOf(range));
      this.#held.set(bytes, this.#came);
    }
    this.#came += bytes.length;
  }

  /** A payload may be empty, and then there is nothing to wait for. */
  #goOn(): void {
    do {
      this.#step = this.#walk.next(this.#held);
      this.#came = 0;
      this.#held = new Uint8Array();
    } while (!this.#step.done && sizeOf(this.#step.value) === 0);
  }
}
