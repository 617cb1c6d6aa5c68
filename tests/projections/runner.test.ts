import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { handle } from "../../commands/handle.js";
import { generationStream } from "../../domain/generation/events.js";
import { quotaDecider } from "../../domain/quota/decider.js";
import { quotaStream } from "../../domain/quota/events.js";
import type { RecordedEvent } from "../../platform/eventStore/eventStore.js";
import { newId } from "../../platform/ids.js";
import { Refusal } from "../../platform/process/refusal.js";
import { projections } from "../../projections/registry.js";
import { applyBatch, CheckpointMovedError } from "../../projections/runner/applyBatch.js";
import { decodeBatch } from "../../projections/runner/applyEvents.js";
import { findCheckpoint } from "../../projections/runner/checkpoint.js";
import { digestOf } from "../../projections/runner/digest.js";
import { listPoisons, unparkAll } from "../../projections/runner/parked.js";
import { runProjector } from "../../projections/runner/projector.js";
import { rebuild, rebuildOutdated } from "../../projections/runner/rebuild.js";
import { createReadTables } from "../../projections/runner/tables.js";
import { write, writeBroken } from "../support/drafts.js";
import * as g from "../support/generations.js";
import * as m from "../support/moneyStory.js";
import { contextAt, openWorld, startProjector, type World } from "../support/world.js";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const at = g.requestedAt;
const day = "2026-11-22";
const quotaDays = projections.find(({ name }) => name === "quota-days") ?? projectionMissing();
function projectionMissing(): never {
  throw new Error("no projection of that name");
}

async function reserve(userId: string, times: number): Promise<void> {
  for (let n = 0; n < times; n += 1) {
    const quota = { userId, day, generationId: newId(), at, limit: 1000 };
    await handle(world.ledger, quotaDecider, { type: "ReserveQuota", ...quota }, contextAt(at));
  }
}

const usedOf = async (userId: string): Promise<number | undefined> =>
  (
    await world.readDb
      .selectFrom("read_quota_day")
      .select("used")
      .where("user_id", "=", userId)
      .executeTakeFirst()
  )?.used;

async function withProjector(work: (caughtUp: () => Promise<void>) => Promise<void>) {
  const projector = startProjector(world);
  try {
    await work(() => projector.caughtUp());
  } finally {
    await projector.stop();
  }
}

const rebuildOf = (projection = quotaDays) =>
  rebuild({
    db: world.readDb,
    store: world.store,
    log: world.log,
    ledgerId: world.ledgerId,
    projection,
  });

/** Ends the session that holds a lock of MySQL, as MySQL does when it says nothing for long. */
async function endSessionOf(lock: string): Promise<void> {
  const { rows } = await sql<{ id: string | null }>`
    SELECT IS_USED_LOCK(${lock}) AS id`.execute(world.readDb);
  for (const { id } of rows) {
    if (id !== null) await sql`KILL ${sql.lit(Number(id))}`.execute(world.readDb);
  }
}

describe("a projector", () => {
  it("goes on from where it was, and counts nothing twice", async () => {
    const userId = newId();
    await reserve(userId, 3);
    await withProjector((caughtUp) => caughtUp());
    expect(await usedOf(userId)).toBe(3);
    await reserve(userId, 2);
    await withProjector((caughtUp) => caughtUp());
    expect(await usedOf(userId)).toBe(5);
  });

  it("passes over types that nobody handles, and over those it does not know", async () => {
    await writeBroken(world, `future-${newId()}`, "SomethingOfTheFuture");
    await withProjector(async (caughtUp) => {
      await caughtUp();
      const checkpoint = await findCheckpoint(world.readDb, "users");
      const last = await world.store.lastPosition();
      expect(checkpoint).toMatchObject({ position: String(last), ledger_id: world.ledgerId });
    });
  });

  it("sets aside the stream of an event it can't read, and goes on with all others", async () => {
    const [broken, fine] = [newId(), newId()];
    await reserve(broken, 1);
    await writeBroken(world, quotaStream(broken, day), "QuotaReserved");
    await write(world, quotaStream(broken, day), {
      type: "QuotaReserved",
      public: {},
      private: { userId: broken, day, generationId: newId(), at },
      sealed: {},
    });
    await reserve(fine, 2);
    await withProjector((caughtUp) => caughtUp());
    expect(await usedOf(broken)).toBe(1);
    expect(await usedOf(fine)).toBe(2);
    const parked = await world.readDb
      .selectFrom("read_parked")
      .select(["projection", "stream"])
      .where("stream", "=", quotaStream(broken, day))
      .orderBy("projection")
      .execute();
    expect(parked.map(({ projection }) => projection)).toEqual(["quota-days", "reservations"]);
  });

  it("does not commit what another projector has committed", async () => {
    const userId = newId();
    await withProjector((caughtUp) => caughtUp());
    const checkpoint = await findCheckpoint(world.readDb, "quota-days");
    if (checkpoint === undefined) throw new Error("no checkpoint");
    await reserve(userId, 1);
    const recorded = await lastEvent();
    const handled = new Set<string>(quotaDays.handles);
    const commit = () =>
      applyBatch(
        world.readDb,
        [{ projection: quotaDays, checkpoint }],
        [recorded],
        decodeBatch([recorded], handled),
      );
    await commit();
    await expect(commit()).rejects.toBeInstanceOf(CheckpointMovedError);
    expect(await usedOf(userId)).toBe(1);
  });

  it("refuses a checkpoint of another ledger and names the remedy", async () => {
    await withProjector((caughtUp) => caughtUp());
    const running = runProjector({
      db: world.readDb,
      store: world.store,
      log: world.log,
      ledgerId: newId(),
      projections,
      signal: new AbortController().signal,
      onProjected: () => undefined,
    });
    await expect(running).rejects.toThrow(/npm run replay/);
    await expect(running).rejects.toBeInstanceOf(Refusal);
  });
});

async function lastEvent(): Promise<RecordedEvent> {
  const position = (await world.store.lastPosition()) ?? 0n;
  const recorded = await world.store.readAt(position);
  if (recorded === undefined) throw new Error("nothing is there");
  return recorded;
}

describe("a rebuild", () => {
  it("gives the same rows, and the projector goes on from them", async () => {
    const userId = newId();
    await reserve(userId, 4);
    await withProjector(async (caughtUp) => {
      await caughtUp();
      const { before, after } = await rebuildOf();
      expect(after).toEqual(before);
      expect(after.rows).toBeGreaterThan(0);
      await reserve(userId, 3);
      await caughtUp();
    });
    expect(await usedOf(userId)).toBe(7);
  });

  it("sees a row that somebody changed, and mends it", async () => {
    const userId = newId();
    await reserve(userId, 2);
    await withProjector((caughtUp) => caughtUp());
    await world.readDb
      .updateTable("read_quota_day")
      .set({ used: 0 })
      .where("user_id", "=", userId)
      .execute();
    const { before, after } = await rebuildOf();
    expect(after.sha256).not.toBe(before.sha256);
    expect(after.rows).toBe(before.rows);
    expect(await usedOf(userId)).toBe(2);
  });

  it("runs beside a busy projector, and nothing is lost or counted twice", async () => {
    const userId = newId();
    await withProjector(async (caughtUp) => {
      await caughtUp();
      await Promise.all([reserve(userId, 60), rebuildOf(), rebuildOf(projections[0])]);
      await rebuildOf();
      await caughtUp();
    });
    expect(await usedOf(userId)).toBe(60);
    const { before, after } = await rebuildOf();
    expect(after).toEqual(before);
  });

  it("does not switch when MySQL has ended its session meanwhile, as that of a process that was stopped", async () => {
    const { readDb: db, store, log, ledgerId } = world;
    const before = await digestOf(db, quotaDays.table, quotaDays.primaryKey);
    let killed = Promise.resolve();
    const onProgress = () => {
      killed = killed.then(() => endSessionOf(`obsidian rebuild ${quotaDays.table}`));
    };
    const options = { db, store, log, ledgerId, projection: quotaDays, onProgress };
    await expect(rebuild(options)).rejects.toThrow(/connection/i);
    expect(await digestOf(db, quotaDays.table, quotaDays.primaryKey)).toEqual(before);
    await rebuildOf();
  });

  it("makes good for a model of an older version, also of another ledger", async () => {
    await withProjector((caughtUp) => caughtUp());
    const { readDb: db, store, log, ledgerId } = world;
    const rightDigest = await digestOf(db, "read_quota_day", quotaDays.primaryKey);
    await db.updateTable("read_checkpoint").set({ version: 0, ledger_id: newId() }).execute();
    await db.deleteFrom("read_quota_day").execute();
    await rebuildOutdated({ db, store, log, ledgerId, projections });
    expect(await digestOf(db, "read_quota_day", quotaDays.primaryKey)).toEqual(rightDigest);
    await withProjector((caughtUp) => caughtUp());
  });

  it("of everything from nothing is what the live one made bit by bit", async () => {
    const stream = generationStream(g.generationId);
    await write(world, stream, g.requested(), g.leased(1), g.completed(1), g.contribution(1));
    await withProjector((caughtUp) => caughtUp());
    for (const projection of projections) {
      const { before, after } = await rebuildOf(projection);
      expect({ name: projection.name, ...after }).toEqual({ name: projection.name, ...before });
    }
  });
});

describe("a read model that got another name", () => {
  const checkpointsOf = async (...names: readonly string[]) =>
    world.readDb
      .selectFrom("read_checkpoint")
      .select("projection")
      .where("projection", "in", names)
      .execute();

  it("leaves nothing behind, and is filled anew under its new one", async () => {
    const { readDb: db, ledgerId } = world;
    await m.gift(world, "stripe", "pi_1").report(m.received("5.00 EUR"));
    await withProjector((caughtUp) => caughtUp());
    const entries = await digestOf(db, "read_entry", ["account", "currency", "position"]);
    expect(entries.rows).toBeGreaterThan(0);
    await sql`CREATE TABLE read_gift (stream INT)`.execute(db);
    for (const projection of ["gifts", "balances"]) {
      const nowhere = { version: 1, ledger_id: ledgerId, position: null, event_id: null };
      await db
        .insertInto("read_checkpoint")
        .values({ projection, ...nowhere, count: "0" })
        .execute();
      const about = { stream: "donation-x", event_id: newId(), position: "1", reason: "" };
      await db
        .insertInto("read_parked")
        .values({ projection, ...about })
        .execute();
    }
    await createReadTables(db);
    await createReadTables(db);
    expect(await checkpointsOf("gifts", "balances", "entries")).toEqual([]);
    const parked = await db.selectFrom("read_parked").select("projection").execute();
    expect(parked.filter(({ projection }) => /gifts|balances/.test(projection))).toEqual([]);
    await expect(sql`SELECT 1 FROM read_gift`.execute(db)).rejects.toThrow(/exist/);
    await withProjector(async (caughtUp) => {
      await caughtUp();
      await m.gift(world, "stripe", "pi_2").report(m.received("7.00 EUR"));
      const last = String(await world.store.lastPosition());
      const reached = async () => (await findCheckpoint(db, "entries"))?.position;
      await expect.poll(reached, { timeout: 20_000 }).toBe(last);
    });
    const { before, after } = await rebuildOf(projections.find(({ name }) => name === "entries"));
    expect(after).toEqual(before);
    expect(after.rows).toBe(entries.rows + 2); // One more entry in each of the two accounts.
  });
});

describe("the list of parked streams", () => {
  it("takes names of any length, also where its table is of before", async () => {
    const { readDb: db } = world;
    await sql`DROP TABLE read_parked`.execute(db);
    await sql`
      CREATE TABLE read_parked (
        projection VARCHAR(64) CHARACTER SET ascii NOT NULL,
        stream VARCHAR(255) CHARACTER SET ascii NOT NULL,
        event_id CHAR(36) CHARACTER SET ascii NOT NULL,
        position BIGINT UNSIGNED NOT NULL,
        reason VARCHAR(255) NOT NULL,
        PRIMARY KEY (projection, stream)
      )`.execute(db);
    const row = { projection: "users", event_id: newId(), position: "1", reason: "broken" };
    const old = { ...row, stream: "user-1" };
    await db.insertInto("read_parked").values(old).execute();
    await createReadTables(db);
    await createReadTables(db);
    const long = { ...row, event_id: newId(), position: "2", stream: "é".repeat(1000) };
    await db.insertInto("read_parked").values(long).execute();
    expect(await listPoisons(db, "users")).toEqual([old, long]);
    await unparkAll(db, "users");
  });
});
