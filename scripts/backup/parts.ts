import { readFile } from "node:fs/promises";
import type { Kysely } from "kysely";
import { type Ledger, load } from "../../commands/handle.js";
import { keysDecider } from "../../domain/keys/decider.js";
import type { Entry } from "../../platform/backup/archiveForm.js";
import { entriesOfLines } from "../../platform/backup/lines.js";
import { lineOfRow, listTables, readRows } from "../../platform/backup/tables.js";
import { type Config, serverVariables } from "../../platform/config/config.js";
import type { Environment } from "../../platform/config/environment.js";
import { type DigestOfEvents, readAllUpTo } from "../../platform/eventStore/copyAll.js";
import type { OpsDb } from "../../platform/ops/tables.js";
import { Refusal } from "../../platform/process/refusal.js";
import type { VaultDb } from "../../platform/vault/tables.js";

/** The names in an archive. Whatever else lies on the disk (such as what a log was signed for) is not taken. */
export const eventsEntry = "events";
export const settingsEntry = "settings.json";
export const keyEntry = (name: string): string => `keys/${name}.pem`;
export const tableEntry = (area: BackedUpArea, table: string): string => `${area}/${table}`;
export const backedUpAreas = ["vault", "ops"] as const;
export type BackedUpArea = (typeof backedUpAreas)[number];

export type KeyFiles = Pick<Config, "keyFiles" | "publicLog">;

/** Only keys: what the log's signer remembers lies beside its key, and must not go back in time. */
export function keyFilesOf({ keyFiles, publicLog }: KeyFiles): [name: string, file: string][] {
  const { checkpointKeyFile: checkpoint } = publicLog;
  const named = checkpoint === undefined ? keyFiles : { ...keyFiles, checkpoint };
  return Object.entries(named);
}

/** Tables of `_ops` that say where something was in a log, or how things stood then. */
const leftOut: readonly string[] = [
  "checkpoint",
  "postponed_reaction",
  "scheduler_clock",
  "last_backup",
  "restore_under_way",
  "incident",
];
export const isBackedUp = (area: BackedUpArea, table: string): boolean =>
  area === "vault" || !leftOut.includes(table);

/**
 * Read before anything is written. A key that was never used need not be there yet.
 * @throws Refusal when one can't be read, or is gone though the ledger names it
 */
export async function readKeys(config: KeyFiles, ledger: Ledger): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const [name, file] of keyFilesOf(config)) {
    const bytes = await readIfThere(file);
    if (bytes !== undefined) entries.push({ name: keyEntry(name), bytes });
    else if (await wasUsed(name, ledger)) {
      throw new Refusal(
        `${file} is missing, and things were signed with it. Put the ${name} key back, then back up.`,
      );
    }
  }
  return entries;
}

async function wasUsed(name: string, ledger: Ledger): Promise<boolean> {
  const { state } = await load(ledger.store, keysDecider, {});
  return state.some(({ use }) => use === name);
}

async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if ("code" in error && error.code === "ENOENT") return undefined;
    throw new Refusal(`This key can't be read, so no backup would be whole: ${error.message}`);
  }
}

export interface BackingUp {
  readonly ledger: Ledger;
  readonly vaultDb: VaultDb;
  readonly opsDb: OpsDb;
  readonly keys: readonly Entry[];
  readonly environment: Environment;
  /** Of the last event that is wanted. */
  readonly position: bigint;
  readonly digest: DigestOfEvents;
  readonly onEvent: (position: bigint) => void;
}

/** The events first: a key that one of them needs was made before it, and is in the vault that follows. */
export async function* partsOf(from: BackingUp): AsyncGenerator<Entry> {
  yield* entriesOfLines(eventsEntry, eventLines(from));
  yield* tablesOf("vault", from.vaultDb);
  yield* tablesOf("ops", from.opsDb);
  yield* from.keys;
  yield { name: settingsEntry, bytes: Buffer.from(JSON.stringify(settingsOf(from.environment))) };
}

async function* eventLines({ ledger, position, digest, onEvent }: BackingUp) {
  for await (const event of readAllUpTo(ledger.store.client, position)) {
    const { stream, id, type, data, metadata } = event;
    digest.add(event);
    onEvent(event.position);
    yield JSON.stringify({ stream, id, type, data, metadata });
  }
}

/** As the tables are at one moment. */
async function* tablesOf<Tables>(area: BackedUpArea, db: Kysely<Tables>): AsyncGenerator<Entry> {
  const moment = await db.startTransaction().setIsolationLevel("repeatable read").execute();
  try {
    for (const table of await listTables(moment)) {
      if (isBackedUp(area, table)) {
        yield* entriesOfLines(tableEntry(area, table), lines(readRows(moment, table)));
      }
    }
  } finally {
    await moment.rollback().execute();
  }
}

async function* lines(pages: AsyncIterable<readonly Readonly<Record<string, unknown>>[]>) {
  for await (const rows of pages) yield* rows.map(lineOfRow);
}

const settingsOf = (environment: Environment): Environment =>
  Object.fromEntries(
    serverVariables.flatMap((name) => {
      const value = environment[name];
      return value === undefined || value === "" ? [] : [[name, value]];
    }),
  );
