import type { EventType, LedgerEventOf } from "../domain/ledger.js";
import type { StoredEvent } from "../platform/eventStore/eventStore.js";
import { foldRows } from "./foldRows.js";
import { guarded, type Projection } from "./projection.js";
import type { Key, Row } from "./rows.js";

/** What one type of event does to the row it is about. Pure: the runner loads and saves rows. */
export interface Handler<Model, Event> {
  readonly key: (event: Event, stored: Pick<StoredEvent, "stream" | "id">) => Key;
  /** `row` is undefined when there is none yet; an undefined result leaves things as they are. */
  readonly fold: (
    row: Model | undefined,
    stored: { event: Event } & StoredEvent,
  ) => Model | undefined;
}

export type Handlers<Model, Type extends EventType> = {
  readonly [Name in Type]: Handler<Model, LedgerEventOf<Name>>;
};

interface Form<Model, Type extends EventType> extends Omit<Projection, "handles" | "apply"> {
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
    apply: (trx, table, events) =>
      foldRows(
        trx,
        { table, primaryKey: form.primaryKey },
        events.map((stored) => {
          const { key, fold } = handlerOf(stored.event.type);
          return {
            stored,
            key: guarded(stored, () => key(stored.event, stored)),
            fold: (row) => fold(row, stored),
          };
        }),
      ),
  };
}
