import type { EventType, LedgerEventOf } from "../domain/ledger.js";
import type { StoredEvent } from "../platform/eventStore/eventStore.js";
import { guarded, type Projection } from "./projection.js";
import { type Key, keyText, loadRows, type Row, saveRows } from "./rows.js";

/** What one type of event does to the row it is about. Pure: the runner loads and saves rows. */
export interface Handler<Model, Event> {
  readonly key: (event: Event, stored: Pick<StoredEvent, "stream">) => Key;
  /** `row` is undefined when there is none yet; an undefined result leaves things as they are. */
  readonly fold: (
    row: Model | undefined,
    stored: { event: Event } & StoredEvent,
  ) => Model | undefined;
}

export type Handlers<Model, Type extends EventType> = {
  readonly [Name in Type]: Handler<Model, LedgerEventOf<Name>>;
};

interface Form<Model, Type extends EventType>
  extends Pick<Projection, "name" | "version" | "table" | "columns" | "primaryKey" | "aboutMoney"> {
  readonly handlers: Handlers<Model, Type>;
}

/** The common form of a read model: every event it handles changes exactly one row, found by key. */
export function keyedProjection<Model extends Row, Type extends EventType>(
  form: Form<Model, Type>,
): Projection {
  const { handlers, ...rest } = form;
  const handles = Object.keys(handlers) as Type[];
  // The table above is typed by event; here an event meets the handler of its own type.
  const handlerOf = (type: EventType) => handlers[type as Type] as unknown as Handler<Row, unknown>;
  return {
    ...rest,
    handles,
    async apply(trx, table, events) {
      const keyed = events.map((stored) => ({
        stored,
        key: guarded(stored, () => handlerOf(stored.event.type).key(stored.event, stored)),
      }));
      const keys = new Map(keyed.map(({ key }) => [keyText(key), key]));
      const rows = await loadRows(trx, table, form.primaryKey, [...keys.values()]);
      const changed = new Map<string, Row>();
      for (const { stored, key } of keyed) {
        const text = keyText(key);
        const before = changed.get(text) ?? rows.get(text);
        const { fold } = handlerOf(stored.event.type);
        const after = guarded(stored, () => fold(before, stored));
        if (after !== undefined) changed.set(text, after);
      }
      await saveRows(trx, table, changed, rows);
    },
  };
}
