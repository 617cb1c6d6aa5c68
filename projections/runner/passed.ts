import { findDefinition, isKnown, movesMoney } from "../../domain/ledger.js";
import { isTooNew, type RecordedEvent, versionOf } from "../../platform/eventStore/eventStore.js";
import type { Projection } from "../projection.js";
import type { ReadDb } from "../readTables.js";

/**
 * Kinds of events that a read model passed over, since only newer software can read them. A projector
 * that can rebuilds the read model at its start.
 */
export interface PassedRow {
  projection: string;
  type: string;
  version: number;
}

declare module "../readTables.js" {
  interface ReadTables {
    read_passed: PassedRow;
  }
}

/** No type of ours comes near it; a longer name is somebody else's event. */
const typeCharactersMax = 255;

/**
 * What a read model does with an event. Whether what newer software wrote is about it can't be known:
 * where money is counted it is taken, which stops the read model, if that handles its type or if it
 * holds postings, as everything does that moves money.
 */
export function stanceOn(
  { handles, aboutMoney }: Projection,
  recorded: RecordedEvent,
): "take" | "pass over" | "ignore" {
  const isHandled = handles.some((type) => type === recorded.type);
  if (!isTooNew(recorded)) return isHandled ? "take" : "ignore";
  if (aboutMoney && (isHandled || movesMoney(recorded.data))) return "take";
  return isHandled || findDefinition(recorded.type) === undefined ? "pass over" : "ignore";
}

export type PassedKind = Pick<PassedRow, "type" | "version">;
export type PassedKinds = ReadonlyMap<string, PassedKind>;

export function kindsOf(events: readonly RecordedEvent[]): PassedKinds {
  const kinds = events.map((event) => ({
    type: event.type.slice(0, typeCharactersMax),
    version: versionOf(event),
  }));
  return new Map(kinds.map((kind) => [`${kind.version} ${kind.type}`, kind]));
}

export async function notePassed(
  db: Pick<ReadDb, "insertInto">,
  projection: string,
  kinds: PassedKinds,
): Promise<void> {
  if (kinds.size === 0) return;
  const rows = [...kinds.values()].map((kind) => ({ projection, ...kind }));
  await db.insertInto("read_passed").values(rows).onDuplicateKeyUpdate({ projection }).execute();
}

export async function forgetPassed(db: ReadDb, projection: string): Promise<void> {
  await db.deleteFrom("read_passed").where("projection", "=", projection).execute();
}

/** Did it pass over what it can take by now? */
export async function hasPassedOver(db: ReadDb, { name, handles }: Projection): Promise<boolean> {
  const query = db.selectFrom("read_passed").selectAll().where("projection", "=", name);
  const kinds = await query.execute();
  return kinds.some(
    ({ type, version }) => isKnown(type, version) && handles.some((each) => each === type),
  );
}
