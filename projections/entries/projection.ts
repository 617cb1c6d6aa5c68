import { dayOfEvent, type MonetaryEvent, monetaryTypes } from "../../domain/ledger.js";
import { allNodes, isOfNode } from "../../domain/money/accounts.js";
import { Amount } from "../../domain/money/money.js";
import { netted, type Posting } from "../../domain/money/postings.js";
import type { StoredEvent } from "../../platform/eventStore/eventStore.js";
import { addedTo, amountColumn, amountText } from "../amounts.js";
import { choiceColumn } from "../choiceColumn.js";
import { streamColumn } from "../exactColumns.js";
import { guarded, type Projection, type Trx } from "../projection.js";
import { publicIdOf } from "../publicId.js";
import { insertRows, keyText } from "../rows.js";
import { lastBalances } from "./lastBalances.js";

/**
 * Answers "what lay in this account after any event of the past, and what made it so?" One row for
 * each event, account and currency, with the balance after it. An account begins, in each currency,
 * with an opening row at position 0, where no entry lies: they list what there are balances of. Nodes have
 * rows of their own, and of all of them together there is one balance (`allNodes`).
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

/** Of opening rows. */
export const openingPosition = 0;

export const entries: Projection = {
  name: "entries",
  version: 4,
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
    stream ${streamColumn},
    PRIMARY KEY (account, currency, position),
    KEY place (position),
    KEY of_account (account, position),
    KEY of_currency (currency, position)`,
  handles: monetaryTypes,
  async apply(trx, table, events) {
    const moved = (events as StoredEvent<MonetaryEvent>[]).flatMap((stored) =>
      guarded(stored, () => entriesOf(stored)),
    );
    const balance = await currentBalances(trx, table, moved);
    const rows = moved.flatMap((entry) => {
      const before = balance.get(keyOf(entry));
      const after = addedTo(before ?? "0", entry.amount);
      balance.set(keyOf(entry), after);
      const row = { ...entry, balance: after };
      return before === undefined && isListed(entry) ? [openingOf(entry), row] : [row];
    });
    await insertRows(trx, table, rows);
  },
};

type Entry = Omit<EntryRow, "balance">;

const keyOf = ({ account, currency }: Pick<Entry, "account" | "currency">): string =>
  keyText([account, currency]);

function openingOf(first: Entry): EntryRow {
  const nothing = amountText(new Amount(0));
  const place = { position: String(openingPosition), entry_id: "", stream: "" };
  return { ...first, ...place, amount: nothing, balance: nothing };
}

function entriesOf({ event, position, stream }: StoredEvent<MonetaryEvent>): Entry[] {
  const shown = event.data.public;
  const about = {
    position: String(position),
    entry_id: publicIdOf(event),
    type: event.type,
    day: dayOfEvent(event),
    manual: "manual" in shown && shown.manual === true ? 1 : 0,
    stream,
  };
  const lines = netted(shown.postings);
  return [...lines, ...ofAllNodes(lines)].map(({ account, currency, amount }) => ({
    ...about,
    ...{ account, currency, amount: amountText(new Amount(amount)) },
  }));
}

const ofAllNodes = (lines: readonly Posting[]): Posting[] =>
  netted(
    lines
      .filter(({ account }) => isOfNode(account))
      .map((line) => ({ ...line, account: allNodes })),
  );

const isListed = ({ account }: Entry): boolean => account === allNodes || !isOfNode(account);

async function currentBalances(
  trx: Trx,
  table: string,
  moved: readonly Entry[],
): Promise<Map<string, string>> {
  const wanted = new Map(moved.map((entry) => [keyOf(entry), entry]));
  const rows = await lastBalances(trx, table, [...wanted.values()]);
  return new Map(rows.map((row) => [keyOf(row), row.balance]));
}
