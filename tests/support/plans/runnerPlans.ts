import { sql } from "kysely";
import type { StoredEvent } from "../../../platform/eventStore/eventStore.js";
import { newId } from "../../../platform/ids.js";
import { entries } from "../../../projections/entries/projection.js";
import { loadMonthCursor } from "../../../projections/loadMonthCursor.js";
import { projections } from "../../../projections/registry.js";
import { loadRows, type Value } from "../../../projections/rows.js";
import * as parked from "../../../projections/runner/parked.js";
import * as runner from "../../../projections/runner/queries.js";
import { stored } from "../deciderSpec.js";
import { type Plan, type Plans, reads } from "./plan.js";

const perModel = "a row for each read model";
const wholeTable = "reads a whole table, to rebuild or to compare it";
const smallTable = "at the start, from the schema or a row for each read model";

const keysAtOnce = 500;

/** What keeps the read models up to date. */
export const runnerPlans: Readonly<Record<string, Plans>> = {
  "projections/entries/lastBalances.ts": {
    lastBalances: {
      "of a batch": reads(16, ({ read }) => entries.apply(read, "read_entry", [bookedEvent()])),
    },
  },
  "projections/loadMonthCursor.ts": {
    loadMonthCursor: {
      months: reads(1, ({ read }) => loadMonthCursor(read, "read_month")),
      contributions: reads(1, ({ read }) => loadMonthCursor(read, "read_contribution")),
    },
  },
  "projections/rows.ts": {
    loadRows: Object.fromEntries(
      projections.map(({ table, primaryKey }) => [table, loadPlan(table, primaryKey)]),
    ),
  },
  "projections/runner/applyBatch.ts": { applyBatch: perModel },
  "projections/runner/checkpoint.ts": { findCheckpoint: perModel },
  "projections/runner/digest.ts": { digestOf: wholeTable },
  "projections/runner/parked.ts": {
    listPoisons: { all: reads(1000, ({ read }) => parked.listPoisons(read, "generations")) },
    listParked: {
      batch: reads(600, ({ read }) =>
        parked.listParked(
          read,
          projections.map(({ name }) => name),
          streamNames,
        ),
      ),
    },
    unparkAll: "removes all of a read model",
  },
  "projections/runner/passed.ts": {
    forgetPassed: "a row for each kind of event that newer software wrote",
    hasPassedOver: "a row for each kind of event that newer software wrote",
  },
  "projections/runner/queries.ts": {
    findProgress: {
      all: reads(2 * projections.length, ({ read }) => runner.findProgress(read, async () => 1n)),
    },
    findAsOf: {
      now: reads(2 * projections.length, ({ read }) => runner.findAsOf(read)),
      past: reads(2 * projections.length, ({ read }) => runner.findAsOf(read, 250_000n)),
    },
  },
  "projections/runner/rebuild.ts": { rebuild: wholeTable },
  "projections/runner/tables.ts": { createReadTables: smallTable },
};

const streamNames = Array.from({ length: 300 }, (_, index) => `generation-${index * 3000}`);

/** The rows of a batch, loaded by their keys from all over the table. */
function loadPlan(table: string, primaryKey: readonly string[]): Plan {
  let keys: readonly (readonly Value[])[] = [];
  return {
    ...reads(keysAtOnce, ({ read }) => loadRows(read, table, primaryKey, keys)),
    prepare: async ({ read }) => {
      const names = sql.join(primaryKey.map((name) => sql.ref(name)));
      const { rows } = await sql<Record<string, Value>>`
        SELECT ${names} FROM ${sql.table(table)} WHERE RAND(7) < 0.0008 LIMIT ${keysAtOnce}`.execute(
        read,
      );
      keys = rows.map((row) => primaryKey.map((name) => row[name] ?? null));
    },
  };
}

let lastPosition = 2_000_000n;

/** Money that moves between accounts that have half of all entries. */
function bookedEvent(): StoredEvent {
  const posting = (number: number, amount: string, currency: string) => ({
    account: `liabilities:payout:${String(number).padStart(4, "0")}`,
    ...{ amount, currency },
  });
  const postings = ["EUR", "USD"].flatMap((currency) =>
    [1, 2, 3, 4].map((number) => posting(number, number % 2 === 0 ? "5" : "-5", currency)),
  );
  const shown = { provider: "bank", standing: "regular", hour: "2026-11-22T12", postings } as const;
  const event = stored({
    type: "DonationReceived",
    public: { ...shown, gross: { amount: "5", currency: "EUR" } },
    private: { externalId: "x", moneyKey: "x", at: "", occurredAt: "", visibility: "hidden" },
    sealed: {},
  });
  lastPosition += 1n;
  const about = { stream: "donation-bank-x", revision: 0n, position: lastPosition };
  return { event, id: newId(), metadata: {}, correlationId: "", ...about };
}
