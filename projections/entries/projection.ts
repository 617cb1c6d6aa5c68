import { sql } from "kysely";
import { type MonetaryEvent, monetaryTypes } from "../../domain/ledger.js";
import { Amount } from "../../domain/money/money.js";
import { netted } from "../../domain/money/postings.js";
import type { StoredEvent } from "../../platform/eventStore/eventStore.js";
import { addedTo, amountColumn, amountText } from "../amounts.js";
import { choiceColumn } from "../choiceColumn.js";
import { guarded, type Projection, type Trx } from "../projection.js";
import { publicIdOf } from "../publicId.js";
import { insertRows, keyText } from "../rows.js";

/**
 * Answers "what lay in this account after any event of the past, and what made it so?" One row for
 * each event, account and currency, with the balance after it.
 */
export type EntryRow = {
  readonly account: string;
  readonly currency: string;
  /** Position of the event in `$all`. */
  readonly position: string;
  readonly amount: string;
  readonly balance: string;
  readonly entry_id: string;
  readonly type: MonetaryEvent["type"];
  readonly day: string;
  readonly manual: number;
  /** Where the event lies: the donation, or what else it is about. */
  readonly stream: string;
};

declare module "../readTables.js" {
  interface ReadTables {
    read_entry: EntryRow;
  }
}

export const entries: Projection = {
  name: "entries",
  version: 1,
  table: "read_entry",
  primaryKey: ["account", "currency", "position"],
  group: "money",
  aboutMoney: true,
  columns: `
    account VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    currency CHAR(3) CHARACTER SET ascii NOT NULL,
    position BIGINT UNSIGNED NOT NULL,
    amount ${amountColumn},
    balance ${amountColumn},
    entry_id CHAR(32) CHARACTER SET ascii NOT NULL,
    type ${choiceColumn(monetaryTypes, 64)},
    day CHAR(10) CHARACTER SET ascii NOT NULL,
    manual TINYINT NOT NULL,
    stream VARCHAR(640) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    PRIMARY KEY (account, currency, position),
    KEY place (position)`,
  handles: monetaryTypes,
  async apply(trx, table, events) {
    const moved = (events as StoredEvent<MonetaryEvent>[]).flatMap((stored) =>
      guarded(stored, () => entriesOf(stored)),
    );
    const accounts = [...new Set(moved.map(({ account }) => account))];
    const balance = await currentBalances(trx, table, accounts);
    const rows = moved.map((entry) => {
      const key = keyText([entry.account, entry.currency]);
      const after = addedTo(balance.get(key) ?? "0", entry.amount);
      balance.set(key, after);
      return { ...entry, balance: after };
    });
    await insertRows(trx, table, rows);
  },
};

type Entry = Omit<EntryRow, "balance">;

function entriesOf({ event, position, stream }: StoredEvent<MonetaryEvent>): Entry[] {
  const shown = event.data.public;
  const about = {
    position: String(position),
    entry_id: publicIdOf(event),
    type: event.type,
    day: "day" in shown ? shown.day : shown.hour.slice(0, 10),
    manual: "manual" in shown && shown.manual === true ? 1 : 0,
    stream,
  };
  return netted(shown.postings).map(({ account, currency, amount }) => ({
    ...about,
    ...{ account, currency, amount: amountText(new Amount(amount)) },
  }));
}

async function currentBalances(
  trx: Trx,
  table: string,
  accounts: readonly string[],
): Promise<Map<string, string>> {
  if (accounts.length === 0) return new Map();
  const name = sql.table(table);
  const { rows } = await sql<EntryRow>`
    SELECT account, currency, balance FROM ${name}
    WHERE (account, currency, position) IN (
      SELECT account, currency, MAX(position) FROM ${name}
      WHERE account IN (${sql.join(accounts)}) GROUP BY account, currency)`.execute(trx);
  return new Map(rows.map((row) => [keyText([row.account, row.currency]), row.balance]));
}
