import { load } from "../commands/handle.js";
import { keysDecider } from "../domain/keys/decider.js";
import type { EventStore } from "../platform/eventStore/eventStore.js";
import { certificateKeySet } from "../platform/keys/certificates.js";

/** Keys change a few times a year. */
const cacheMs = 60_000;

/** Every certificate key ever published in `keys-log`, as a JWK set (RFC 7517). */
export class PublishedKeys {
  readonly #store: EventStore;
  #keySet: ReturnType<typeof certificateKeySet> = { keys: [] };
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(store: EventStore) {
    this.#store = store;
  }

  async keySet(): Promise<ReturnType<typeof certificateKeySet>> {
    if (performance.now() - this.#readAt > cacheMs) {
      const { state } = await load(this.#store, keysDecider, {});
      this.#keySet = certificateKeySet(state.filter(({ use }) => use === "certificate"));
      this.#readAt = performance.now();
    }
    return this.#keySet;
  }
}
