import { newId } from "../../../platform/ids.js";
import * as alerts from "../../../platform/ops/alerts.js";
import * as alertsToTell from "../../../platform/ops/alertsToTell.js";
import * as outbox from "../../../platform/ops/outbox.js";
import * as postponed from "../../../platform/ops/postponed.js";
import * as erasure from "../../../platform/vault/erasure.js";
import * as handles from "../../../platform/vault/handles.js";
import * as payees from "../../../platform/vault/payees.js";
import { createVault } from "../../../platform/vault/vault.js";
import { hashOf, instantOf, uuidOf } from "./bigTables.js";
import { type Plans, reads } from "./plan.js";

const limit = 100;
const late = instantOf(900_000);
const perManager = "a row for each process manager";
const noTable = "reads no table";
const purposes = 10;

/** The lists of the erased and of what a backup holds are read as a whole. */
const listedByNobody = { add: async () => undefined };
const wholeTables = "all of a table, when somebody backs it up";

/** What is no read model: the vault, the outbox, and what lies beside them. */
export const storePlans: Readonly<Record<string, Plans>> = {
  "platform/backup/tables.ts": {
    listTables: "a row for each table",
    readRows: wholeTables,
    hasRows: "one row",
  },
  "scripts/backup/verifyRestored.ts": { verifyRestored: "keys by their primary key, at a restore" },
  "platform/clockOffsets.ts": { serverTimesOf: noTable },
  "platform/mysql/database.ts": { pingDatabase: noTable },
  "platform/mysql/leader.ts": { becomeLeader: noTable, hasLeader: noTable },
  "platform/mysql/migrate.ts": { listMigrations: "a row for each migration" },
  "platform/mysql/unlessBusy.ts": { unlessBusy: noTable },
  "platform/ops/alertsToTell.ts": {
    listUntold: {
      oldest: reads(2 * limit, ({ ops }) =>
        alertsToTell.listUntold(ops, "mailed_at", { now: late, limit }),
      ),
    },
    markTold: {
      page: reads(limit, ({ ops }) =>
        alertsToTell.markTold(ops, "mailed_at", { ids: manyIds(limit), now: late }),
      ),
    },
    pruneAlertsToTell: {
      some: reads(limit, ({ ops }) =>
        alertsToTell.pruneAlertsToTell(ops, { before: instantOf(500_000), limit }),
      ),
    },
  },
  "platform/ops/restoreUnderWay.ts": {
    markRestoreEnded: "one row",
    findRestoreBegun: "one row",
  },
  "platform/ops/incidents.ts": {
    listIncidents: "a row for each part",
    markIncidentTold: "one row",
    endIncident: "one row",
  },
  "platform/ops/alerts.ts": {
    listAlerted: { page: reads(300, ({ ops }) => alerts.listAlerted(ops, manyIds(300))) },
    keepAlerted: {
      page: reads(300, ({ ops }) => alerts.keepAlerted(ops, manyIds(300), late)),
    },
    pruneAlerted: {
      some: reads(limit, ({ ops }) =>
        alerts.pruneAlerted(ops, { before: instantOf(500_000), limit }),
      ),
    },
  },
  "platform/ops/checkpoints.ts": { findCheckpoint: perManager, listForeign: perManager },
  "platform/ops/lastBackup.ts": { findLastBackup: "one row" },
  "platform/ops/outbox.ts": {
    listDueOrders: {
      oldest: reads(limit, ({ ops }) =>
        outbox.listDueOrders(ops, { kind: "thank-you", now: late, limit }),
      ),
      none: reads(0, ({ ops }) =>
        outbox.listDueOrders(ops, { kind: "donation-notice", now: late, limit }),
      ),
    },
    listOrdered: { page: reads(300, ({ ops }) => outbox.listOrdered(ops, manyIds(300))) },
    listPersonsOrdered: {
      page: reads(300, ({ ops }) => outbox.listPersonsOrdered(ops, "verify-email", manyIds(300))),
    },
    closeOrder: {
      one: reads(1, ({ ops }) =>
        outbox.closeOrder(ops, uuidOf(777), { outcome: "sent", at: late }),
      ),
    },
    postponeOrder: {
      one: reads(1, ({ ops }) =>
        outbox.postponeOrder(ops, uuidOf(778), { attempts: 1, dueAt: late }),
      ),
    },
    pruneOutbox: {
      some: reads(limit, ({ ops }) =>
        outbox.pruneOutbox(ops, { before: instantOf(500_000), limit }),
      ),
    },
    isGone: { one: reads(1, ({ ops }) => outbox.isGone(ops, hashOf(777_777))) },
  },
  "platform/ops/postponed.ts": {
    listPostponed: { oldest: reads(limit, ({ ops }) => postponed.listPostponed(ops, limit)) },
    removePostponed: {
      one: reads(1, ({ ops }) => {
        const reaction = { manager: "settle", eventId: uuidOf(777_776), position: 1n };
        return postponed.removePostponed(ops, reaction);
      }),
    },
  },
  "platform/ops/seenTime.ts": { findSeenTime: "one row" },
  "platform/vault/agreement.ts": { doubtMarks: "all of it, when somebody replays" },
  "platform/vault/erasure.ts": {
    erasePerson: {
      one: reads(purposes, ({ vault }) =>
        erasure.erasePerson({ vaultDb: vault, erasures: listedByNobody }, uuidOf(70_000), late),
      ),
    },
    destroyPayeeKey: {
      one: reads(purposes, ({ vault }) => erasure.destroyPayeeKey(vault, uuidOf(70_002), late)),
    },
    destroyKeysOf: {
      one: reads(purposes, ({ vault }) => erasure.destroyKeysOf(vault, uuidOf(70_001), late)),
    },
    listUnerased: {
      page: reads(300 * (purposes + 3), ({ vault }) => erasure.listUnerased(vault, manyIds(300))),
    },
    readTombstones: "all of it, when somebody restores",
    listUnrecordedErasures: {
      first: reads(limit, ({ vault }) => erasure.listUnrecordedErasures(vault, { limit })),
      later: reads(limit, ({ vault }) =>
        erasure.listUnrecordedErasures(vault, { after: uuidOf(500_000), limit }),
      ),
    },
    listUnrecordedAmong: {
      page: reads(300, ({ vault }) => erasure.listUnrecordedAmong(vault, manyIds(300))),
    },
    markErasureRecorded: {
      one: reads(1, ({ vault }) => erasure.markErasureRecorded(vault, uuidOf(777_776))),
    },
    destroyMonthlyKeys: {
      some: reads(limit, ({ vault }) => destroy(vault, "prompts", limit)),
      none: reads(0, ({ vault }) => destroy(vault, "webhook", limit)),
    },
    listUnrecordedOf: {
      one: reads(purposes, ({ vault }) => erasure.listUnrecordedOf(vault, uuidOf(70_001))),
    },
    listUnrecorded: {
      first: reads(limit, ({ vault }) => erasure.listUnrecorded(vault, { limit })),
      later: reads(limit, ({ vault }) => {
        const after = { destroyedAt: instantOf(500_001), keyId: uuidOf(500_001) };
        return erasure.listUnrecorded(vault, { after, limit });
      }),
    },
    markDestructionRecorded: {
      one: reads(1, ({ vault }) => erasure.markDestructionRecorded(vault, uuidOf(777_777))),
    },
  },
  "platform/vault/handles.ts": {
    findPerson: {
      one: reads(1, ({ vault }) =>
        handles.findPerson(vault, "username", Buffer.from(hashOf(777_777), "hex")),
      ),
    },
    countHandles: {
      page: reads(600, ({ vault }) => handles.countHandles(vault, manyIds(300))),
    },
    listSomePeople: { some: reads(limit, ({ vault }) => handles.listSomePeople(vault, limit)) },
    releaseHandles: { one: reads(2, ({ vault }) => handles.releaseHandles(vault, uuidOf(70_002))) },
    markRegistered: { one: reads(2, ({ vault }) => handles.markRegistered(vault, uuidOf(70_003))) },
    listUnregistered: {
      some: reads(2 * limit, ({ vault }) =>
        handles.listUnregistered(vault, { before: late, limit }),
      ),
    },
    listInDoubt: {
      first: reads(2 * limit, ({ vault }) => handles.listInDoubt(vault, { limit })),
      later: reads(2 * limit, ({ vault }) =>
        handles.listInDoubt(vault, { after: uuidOf(200_000), limit }),
      ),
    },
  },
  "platform/vault/payees.ts": {
    findOrMakePayee: {
      "a new one": reads(2, ({ vault: db }) => {
        const vault = createVault(db, "a secret of the tests, at least 32 bytes");
        const asked = { operatorId: uuidOf(7), at: late };
        return payees.findOrMakePayee({ db, vault }, { method: "sepa", account: "A" }, asked);
      }),
    },
  },
  "platform/vault/vault.ts": {
    createVault: {
      "a new key": reads(8, ({ vault }) => sealAndOpen(vault)),
    },
  },
  "scripts/money/ledgerTool.ts": { untilProjected: "a row for each read model" },
};

const manyIds = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => uuidOf(index * 300));

const destroy = (
  vault: Parameters<typeof erasure.destroyMonthlyKeys>[0],
  kind: "prompts" | "webhook",
  most: number,
) => erasure.destroyMonthlyKeys(vault, { kind, upTo: "202607", at: late, limit: most });

async function sealAndOpen(db: Parameters<typeof createVault>[0]): Promise<void> {
  const vault = createVault(db, "a secret of the tests, at least 32 bytes");
  const place = { eventId: newId(), eventType: "UserRegistered", field: "name" };
  const secret = { personId: newId(), purpose: "account" as const, text: "Ana" };
  const sealed = await vault.seal(secret, place, late);
  vault.clearKeyCache();
  await vault.open(sealed, place);
}
