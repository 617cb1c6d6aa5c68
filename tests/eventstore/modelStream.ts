import { noBounds, type StreamState } from "../../eventstore/storage/streamHead.js";
import type { StoredEventIds } from "../../eventstore/writing/appendRules.js";

/** A stream as the append rules see it, as plainly as it can be written: a list of event ids. */
export class ModelStream implements StoredEventIds {
  readonly ids: readonly string[];
  readonly state: StreamState;

  constructor(ids: readonly string[], state: Partial<StreamState> = {}) {
    this.ids = ids;
    this.state = {
      lastRevision: BigInt(ids.length) - 1n,
      bounds: noBounds,
      isTombstoned: false,
      isSoftDeleted: false,
      hasMetadata: false,
      ...state,
    };
  }

  idAt(revision: bigint): string | undefined {
    return this.ids[Number(revision)];
  }

  revisionOf(eventId: string): bigint | undefined {
    const index = this.ids.lastIndexOf(eventId);
    return index === -1 ? undefined : BigInt(index);
  }

  withAppended(ids: readonly string[]): ModelStream {
    return new ModelStream([...this.ids, ...ids], { hasMetadata: this.state.hasMetadata });
  }
}
