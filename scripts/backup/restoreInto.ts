import type { Kysely } from "kysely";
import { z } from "zod";
import type { CommandContext } from "../../commands/context.js";
import { handle, type Ledger } from "../../commands/handle.js";
import { isRegistered } from "../../commands/user/isRegistered.js";
import { booksDecider } from "../../domain/books/decider.js";
import type { Instant } from "../../domain/time.js";
import type { Entry } from "../../platform/backup/archiveForm.js";
import { linesOfEntry } from "../../platform/backup/lines.js";
import { hasRows, insertRows, listTables, rowOfLine } from "../../platform/backup/tables.js";
import { appendInOrder, type CopiedEvent } from "../../platform/eventStore/copyAll.js";
import { noteBackup } from "../../platform/ops/lastBackup.js";
import { beginAgain, findRestoreBegun } from "../../platform/ops/restoreUnderWay.js";
import type { OpsDb } from "../../platform/ops/tables.js";
import { Refusal } from "../../platform/process/refusal.js";
import { doubtMarks } from "../../platform/vault/agreement.js";
import { destroyKeysOf, readTombstones } from "../../platform/vault/erasure.js";
import type { ErasureList } from "../../platform/vault/erasureList.js";
import type { VaultDb } from "../../platform/vault/tables.js";
import type { About } from "./about.js";
import { type BackedUpArea, backedUpAreas, eventsEntry, isBackedUp } from "./parts.js";

export interface Restoring {
  readonly ledger: Ledger;
  readonly vaultDb: VaultDb;
  readonly opsDb: OpsDb;
  readonly about: About;
  readonly archiveSha256: string;
  readonly restoreId: string;
  readonly context: CommandContext;
  /** For the restores to come. */
  readonly erasures: ErasureList;
  readonly onEvents: (count: number) => void;
}

const databaseOf = ({ vaultDb, opsDb }: Pick<Restoring, "vaultDb" | "opsDb">) =>
  ({ vault: vaultDb, ops: opsDb }) as unknown as Readonly<Record<BackedUpArea, Kysely<object>>>;

/** @throws Refusal where something is already: nothing is overwritten, and nothing mixed */
export async function refuseUsed(into: Pick<Restoring, "ledger" | "vaultDb" | "opsDb">) {
  const isFilled = (await into.ledger.store.lastEvent()) !== undefined;
  if (isFilled && (await findRestoreBegun(into.opsDb)) !== undefined) {
    throw new Refusal(`A restore into these servers was cut off: ${beginAgain}`);
  }
  if (isFilled) {
    throw new Refusal("This event store holds events already. Restore into an empty one.");
  }
  for (const area of backedUpAreas) {
    const db = databaseOf(into)[area];
    for (const table of await listTables(db)) {
      if (isBackedUp(area, table) && (await hasRows(db, table))) {
        throw new Refusal(`The database _${area} holds rows already. Restore into an empty one.`);
      }
    }
  }
}

/**
 * Takes in the events, then at once the event that locks payouts, then the tables; hands all else on.
 * Nothing else may run on these servers meanwhile.
 */
export async function takeIn(
  into: Restoring,
  entries: AsyncIterable<Entry>,
  onOther: (entry: Entry) => Promise<void>,
): Promise<void> {
  const others = await appendEvents(into, entries);
  await recordRestore(into);
  for await (const entry of others) {
    const [area = "", table = ""] = entry.name.split("/");
    const known = backedUpAreas.find((each) => each === area);
    if (known === undefined) await onOther(entry);
    else await insertEntry(databaseOf(into)[known], table, entry);
  }
}

const rowsPerInsert = 500;

async function insertEntry(db: Kysely<object>, table: string, entry: Entry): Promise<void> {
  const rows = (await linesOfEntry(entry)).map(rowOfLine);
  for (let from = 0; from < rows.length; from += rowsPerInsert) {
    await insertRows(db, table, rows.slice(from, from + rowsPerInsert));
  }
}

/** Returns the entries that follow those with events. */
async function appendEvents(
  { ledger, onEvents }: Restoring,
  entries: AsyncIterable<Entry>,
): Promise<AsyncIterable<Entry>> {
  const iterator = entries[Symbol.asyncIterator]();
  let next = await iterator.next();
  let count = 0;
  async function* events(): AsyncGenerator<CopiedEvent> {
    for (; !next.done && next.value.name.startsWith(`${eventsEntry}/`); ) {
      for (const line of await linesOfEntry(next.value)) yield copiedSchema.parse(JSON.parse(line));
      count += 1;
      onEvents(count);
      next = await iterator.next();
    }
  }
  await appendInOrder(ledger.store.client, events());
  return (async function* () {
    for (; !next.done; next = await iterator.next()) yield next.value;
  })();
}

const copiedSchema = z.object({
  stream: z.string(),
  id: z.uuid(),
  type: z.string(),
  data: z.unknown(),
  metadata: z.unknown(),
});

async function recordRestore({ ledger, about, archiveSha256, restoreId, context }: Restoring) {
  const command = {
    type: "RecordRestore" as const,
    restoreId,
    backedUpAt: about.backedUpAt,
    backupPosition: about.position,
    archiveSha256,
    at: context.at,
  };
  await handle(ledger, booksDecider, command, context);
}

/**
 * Before anything else looks: whoever was erased, before the backup or since, stays so, and every mark is
 * doubted. Returns how many people were. The new list names them all, for a restore of any older backup.
 */
export async function agree(
  { ledger, vaultDb, opsDb, about, erasures }: Restoring,
  listed: ReadonlyMap<string, Instant>,
): Promise<number> {
  const people = new Map(listed);
  for await (const { personId, erasedAt } of readTombstones(vaultDb)) {
    people.set(personId, erasedAt);
  }
  for (const [personId, erasedAt] of people) {
    await erasures.add(personId, erasedAt);
    await destroyKeysOf(vaultDb, personId, erasedAt);
  }
  await doubtMarks(vaultDb, about.ledgerId, (id) => isRegistered(ledger.store, id));
  await noteBackup(opsDb, about.backedUpAt);
  return people.size;
}
