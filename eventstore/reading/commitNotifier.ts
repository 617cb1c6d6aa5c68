import type { WakeUp } from "./wakeUp.js";

const all = Symbol("$all");

/** Tells subscriptions that there is something new, once per commit and only those it concerns. */
export class CommitNotifier {
  readonly #listeners = new Map<string | typeof all, Set<WakeUp>>();

  /** Returns the function that ends it. */
  onAnyCommit(wakeUp: WakeUp): () => void {
    return this.#add(all, wakeUp);
  }

  /** Returns the function that ends it. */
  onCommitTo(stream: string, wakeUp: WakeUp): () => void {
    return this.#add(stream, wakeUp);
  }

  notify(changedStreams: ReadonlySet<string>): void {
    this.#wake(all);
    for (const stream of changedStreams) this.#wake(stream);
  }

  #add(key: string | typeof all, wakeUp: WakeUp): () => void {
    const listeners = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, listeners.add(wakeUp));
    return () => {
      listeners.delete(wakeUp);
      if (listeners.size === 0) this.#listeners.delete(key);
    };
  }

  #wake(key: string | typeof all): void {
    for (const wakeUp of this.#listeners.get(key) ?? []) wakeUp.ring();
  }
}
