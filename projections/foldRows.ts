import type { StoredEvent } from "../platform/eventStore/eventStore.js";
import { guarded, type Trx } from "./projection.js";
import { type Key, keyText, loadRows, type Row, saveRows } from "./rows.js";

/** What an event does to one row. `row` is undefined when there is none yet. */
export interface Change<Model> {
  readonly stored: StoredEvent;
  readonly key: Key;
  /** Pure; an undefined result leaves things as they are. */
  readonly fold: (row: Model | undefined) => Model | undefined;
}

/** All changes of a batch, where an event may change several rows, in the order of the events. */
export const changesOf = <Stored extends StoredEvent, Model>(
  events: readonly Stored[],
  changesBy: (stored: Stored) => readonly Change<Model>[],
): Change<Model>[] => events.flatMap((stored) => guarded(stored, () => changesBy(stored)));

/** Loads the rows of a batch at once, changes them in its order, and saves them. */
export async function foldRows<Model extends Row>(
  trx: Trx,
  { table, primaryKey }: { readonly table: string; readonly primaryKey: readonly string[] },
  changes: readonly Change<Model>[],
): Promise<void> {
  const keys = new Map(changes.map(({ key }) => [keyText(key), key]));
  const known = (await loadRows(trx, table, primaryKey, [...keys.values()])) as Map<string, Model>;
  const changed = new Map<string, Model>();
  for (const { stored, key, fold } of changes) {
    const text = keyText(key);
    const after = guarded(stored, () => fold(changed.get(text) ?? known.get(text)));
    if (after !== undefined) changed.set(text, after);
  }
  await saveRows(trx, table, changed, known);
}
