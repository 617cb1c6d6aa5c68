import type { Known } from "./handle.js";

const streamsMax = 256;

/**
 * What streams held when this process last appended to them, under an id that it drew itself (the store
 * takes an append under another's id for a repeated one): the newest of them. It saves a read where
 * the next thing to do is to append again, since an append names the revision and fails if somebody
 * else wrote meanwhile. Nothing is refused, or told to anybody, by what is remembered: it may be old.
 */
export class RememberedStreams {
  readonly #streams = new Map<string, Known<unknown>>();

  /** States are of the kind that the stream's name says, as wherever a stream is folded. */
  find(stream: string): Known<unknown> | undefined {
    return this.#streams.get(stream);
  }

  note(stream: string, known: Known<unknown>): void {
    this.forget(stream);
    this.#streams.set(stream, known);
    if (this.#streams.size <= streamsMax) return;
    const [oldest = ""] = this.#streams.keys();
    this.forget(oldest);
  }

  /** Somebody wrote to it. */
  forget(stream: string): void {
    this.#streams.delete(stream);
  }
}
