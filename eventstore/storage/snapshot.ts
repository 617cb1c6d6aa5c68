import type { RangeOptions } from "lmdb";
import { databasePath } from "./dataFolder.js";
import { endOf, lookups, type OpenTables, openTables } from "./lmdbTables.js";
import type { LogEnd } from "./stagedEvents.js";
import { type StoredEntry, StoredEvents, type Tables } from "./storedEvents.js";

/** What a store held at one moment. It stays so while another process goes on writing. */
export class Snapshot extends StoredEvents {
  readonly end: LogEnd;
  readonly #tables: Omit<OpenTables, "root">;
  readonly #readOptions: RangeOptions;
  readonly close: () => Promise<void>;

  /** @throws DamageError, and what LMDB throws if it cannot open the file. */
  constructor(folder: string) {
    const { root, ...tables } = openTables(databasePath(folder), "readOnly");
    const transaction = root.useReadTransaction();
    const readOptions = { transaction };
    super(lookups(tables, readOptions));
    this.#tables = tables;
    this.#readOptions = readOptions;
    this.end = endOf(tables);
    this.close = () => {
      transaction.done();
      return root.close();
    };
  }

  entries(table: keyof Tables<unknown>): Iterable<StoredEntry> {
    return this.#tables[table]?.getRange(this.#readOptions) ?? [];
  }
}
