import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { donationStream } from "../../domain/donation/events.js";
import { generationStream } from "../../domain/generation/events.js";
import { userStream } from "../../domain/user/events.js";
import { webhookStream } from "../../domain/webhook/events.js";
import { streamNameBytesMax } from "../../eventstore/limits.js";
import { newId } from "../../platform/ids.js";
import { isDataError } from "../../platform/mysql/dataErrors.js";
import { readLocated } from "../../platform/vault/located.js";
import { findKeyOwner, listApiKeys } from "../../projections/apiKeys/queries.js";
import { findDonation } from "../../projections/donations/queries.js";
import { listBalances } from "../../projections/entries/queries.js";
import { projections } from "../../projections/registry.js";
import { runProjector } from "../../projections/runner/projector.js";
import { rebuild, rebuildOutdated } from "../../projections/runner/rebuild.js";
import { listTreasury } from "../../projections/treasury/queries.js";
import { findUser } from "../../projections/users/queries.js";
import { money } from "../support/donations.js";
import { write, writeBroken } from "../support/drafts.js";
import * as g from "../support/generations.js";
import * as m from "../support/moneyStory.js";
import { openWorld, startProjector, type World } from "../support/world.js";

const at = g.requestedAt;
const secret = (personId: string, text: string) => ({
  personId,
  purpose: "account" as const,
  text,
});

const registered = (userId: string, termsVersion = "2026-11") => ({
  type: "UserRegistered" as const,
  public: {},
  private: { userId, at, termsVersion },
  sealed: {
    email: secret(userId, "ana@example.org"),
    username: secret(userId, "ana"),
    passwordHash: secret(userId, "$hash"),
  },
});

const keyIssued = (userId: string, keyHash: string) => ({
  type: "ApiKeyIssued" as const,
  public: {},
  private: { userId, at, keyId: newId(), keyHash, prefix: "abcdef" },
  sealed: { name: secret(userId, "Studio") },
});

const verified = (userId: string) => ({
  type: "EmailVerified" as const,
  public: {},
  private: { userId, at },
  sealed: {},
});

/** A projector that starts, takes everything that is there, and stops. */
async function project(world: World): Promise<void> {
  const projector = startProjector(world);
  await projector.caughtUp();
  await projector.stop();
}

/** Names of the read models whose checkpoint is not at the end of the ledger. */
async function behind(world: World): Promise<string[]> {
  const last = String(await world.store.lastPosition());
  const rows = await world.readDb.selectFrom("read_checkpoint").selectAll().execute();
  return rows.flatMap(({ projection, position }) => (position === last ? [] : [projection])).sort();
}

const projectionOf = (name: string) => {
  const found = projections.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no projection ${name}`);
  return found;
};

const rebuildOf = (world: World, name: string) =>
  rebuild({ ...world, db: world.readDb, projection: projectionOf(name) });

describe("a row that the database refuses", () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
    // No column of ours refuses an alphabet that an event can hold, so one is made to.
    await sql`
      ALTER TABLE read_webhook MODIFY waits_for VARCHAR(600) CHARACTER SET ascii
    `.execute(world.readDb);
    await writeAll();
    await project(world);
  });
  afterAll(() => world.close());

  const [ana, long, twin] = [newId(), newId(), newId()];
  const hash = "a".repeat(64);
  const about = { provider: "stripe" as const, deliveryId: "evt_1", at };
  const hook = webhookStream("stripe", "evt_1");
  const slow = generationStream(g.generationId);
  const nameless = `quota-${"é".repeat(500)}`;

  /** In one batch, among what is fine. */
  async function writeAll(): Promise<void> {
    await write(world, userStream(ana), registered(ana), verified(ana), keyIssued(ana, hash));
    await write(world, userStream(long), registered(long, "x".repeat(33)), verified(long));
    await write(world, userStream(twin), registered(twin), verified(twin), keyIssued(twin, hash));
    await write(world, slow, g.requested(), g.leased(1), g.completed(1, { seconds: 3_000_000 }));
    await write(
      world,
      hook,
      {
        type: "WebhookReceived",
        public: {},
        private: { ...about, topic: "charge.updated", bodySha256: hash },
        sealed: { body: secret(ana, "{}") },
      },
      {
        type: "WebhookHeld",
        public: {},
        private: { ...about, waitsFor: "payment «é»" },
        sealed: {},
      },
    );
    await writeBroken(world, nameless, "QuotaReserved");
    await write(world, userStream(ana), keyIssued(ana, "b".repeat(64)));
  }

  it.each([
    ["is too long", userStream(long), ["users"]],
    ["takes what is another row's alone", userStream(twin), ["api-keys"]],
    ["is out of range", slow, ["generations"]],
    ["is of another alphabet", hook, ["webhooks"]],
    ["is of a stream with a name of any length", nameless, ["quota-days", "reservations"]],
  ])("parks its stream in its read model when it %s", async (_what, stream, names) => {
    const rows = await world.readDb
      .selectFrom("read_parked")
      .select(["projection", "reason"])
      .where("stream", "=", stream)
      .orderBy("projection")
      .execute();
    expect(rows.map(({ projection }) => projection)).toEqual(names);
    for (const { reason } of rows) expect(reason).not.toBe("");
  });

  it("holds up no read model and no other stream", async () => {
    expect(await behind(world)).toEqual([]);
    expect(await findUser(world.readDb, ana)).toMatchObject({ status: "active" });
    expect(await findUser(world.readDb, twin)).toMatchObject({ status: "active" });
    expect(await findUser(world.readDb, long)).toBeUndefined();
  });

  it("leaves the row alone whose unique value it would have taken", async () => {
    expect(await findKeyOwner(world.readDb, hash)).toMatchObject({ userId: ana });
    expect(await listApiKeys(world.readDb, ana)).toHaveLength(2);
    expect(await listApiKeys(world.readDb, twin)).toEqual([]);
  });

  it("is parked after a restart too, and the others go on", async () => {
    const late = newId();
    await write(world, userStream(long), verified(long));
    await write(world, userStream(late), registered(late));
    await project(world);
    expect(await behind(world)).toEqual([]);
    expect(await findUser(world.readDb, late)).toMatchObject({ status: "unverified" });
    expect(await findUser(world.readDb, long)).toBeUndefined();
  });

  it("is parked by a rebuild just the same", async () => {
    const parked = () => world.readDb.selectFrom("read_parked").selectAll().execute();
    const before = new Set((await parked()).map((row) => JSON.stringify(row)));
    for (const name of ["users", "api-keys", "generations"]) {
      const rebuilt = await rebuildOf(world, name);
      expect(rebuilt.after).toEqual(rebuilt.before);
    }
    expect(new Set((await parked()).map((row) => JSON.stringify(row)))).toEqual(before);
  });
});

describe("a row of money that the database refuses", () => {
  /** As long as a stream's name has room for; a command takes none so long. */
  const endless = "x".repeat(streamNameBytesMax - donationStream("stripe", "").length);
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
    await m.gift(world, "stripe", "pi_1").report(m.received("5.00 EUR"));
    await m.gift(world, "stripe", endless).reportUnlimited(m.received("7.00 EUR"));
    await m.gift(world, "stripe", "pi_2").report(m.received("11.00 EUR"));
    await project(world);
  });
  afterAll(() => world.close());

  const streams = async (): Promise<number> =>
    (await world.readDb.selectFrom("read_donation").select("stream").execute()).length;

  it("stops its read model right before it, and no other", async () => {
    expect(await behind(world)).toEqual(["donations", "entries"]);
    expect(await streams()).toBe(1);
    const amounts = (await listBalances(world.readDb)).map(({ balance }) => balance.amount);
    expect(amounts).toContain("5.00");
    expect(amounts).not.toContain("16.00");
  });

  it("is recorded as the reason", async () => {
    const rows = await world.readDb
      .selectFrom("read_parked")
      .select(["projection", "stream"])
      .orderBy("projection")
      .execute();
    const stream = donationStream("stripe", endless);
    expect(rows).toMatchObject([
      { projection: "donations", stream },
      { projection: "donors", stream },
      { projection: "entries", stream },
    ]);
  });

  it("stops it again after a restart, while the others go on at once", async () => {
    const late = newId();
    await write(world, userStream(late), registered(late));
    await project(world);
    expect(await behind(world)).toEqual(["donations", "entries"]);
    expect(await findUser(world.readDb, late)).toMatchObject({ status: "unverified" });
    expect(await streams()).toBe(1);
  });

  it("keeps an outdated model from being rebuilt, and no other", async () => {
    const { readDb: db, store, log, ledgerId } = world;
    const outdated = { version: 0 };
    const names = ["donations", "pledges"];
    await db
      .updateTable("read_checkpoint")
      .set(outdated)
      .where("projection", "in", names)
      .execute();
    const usable = await rebuildOutdated({ db, store, log, ledgerId, projections });
    const left = projections.filter((each) => !usable.includes(each));
    expect(left.map(({ name }) => name)).toEqual(["donations"]);
    expect(await behind(world)).toEqual(["donations", "entries"]);
  });
});

describe("a text of money, as long as an event can carry it", () => {
  it("has its place", async () => {
    const world = await openWorld();
    const long = "é".repeat(60_000);
    const gift = m.gift(world, "stripe", "pi_1");
    await gift.reportUnlimited(m.received("5.00 EUR", { message: gift.secret(long) }));
    const reason = "because ".repeat(9000);
    await m.enterUnlimited(world, {
      type: "PayExpense",
      from: "bank",
      fund: "infrastructure",
      amount: money("1.00 EUR"),
      reason,
    });
    await project(world);
    expect(await behind(world)).toEqual([]);
    const [row] = await listTreasury(world.readDb, { from: null, to: null });
    expect(row?.reason).toBe(reason);
    const found = await findDonation(world.readDb, { stream: gift.stream });
    expect(await readLocated(world.ledger.vault, found?.message ?? null)).toBe(long);
    await world.close();
  });
});

describe("a read model that is behind", () => {
  it.each([
    ["months", "read_month"],
    ["donors", "read_donor"],
  ] as const)("catches up beside the others and goes along with them: %s", async (name, table) => {
    const world = await openWorld();
    await m.gift(world, "stripe", "pi_1").report(m.received("5.00 EUR"));
    await project(world);
    await world.readDb.deleteFrom(table).execute();
    await world.readDb.deleteFrom("read_checkpoint").where("projection", "=", name).execute();
    const projector = startProjector(world);
    await m.gift(world, "stripe", "pi_2").report(m.received("7.00 EUR"));
    await projector.caughtUp();
    await expect.poll(() => behind(world), { timeout: 20_000 }).toEqual([]);
    await m.gift(world, "stripe", "pi_3").report(m.received("9.00 EUR"));
    await projector.caughtUp();
    await projector.stop();
    expect(await behind(world)).toEqual([]);
    const { before, after } = await rebuildOf(world, name);
    expect(after).toEqual(before);
    await world.close();
  });

  it("lets nobody wait who reads their own write", async () => {
    const world = await openWorld();
    await m.gift(world, "stripe", "pi_1").report(m.received("5.00 EUR"));
    await project(world);
    const last = await world.store.lastPosition();
    const stopped = world.readDb.updateTable("read_checkpoint").set({ position: null });
    await stopped.where("projection", "=", "months").execute();
    const seen: bigint[] = [];
    const stopping = new AbortController();
    const { readDb: db, store, log, ledgerId } = world;
    await runProjector({
      ...{ db, store, log, ledgerId, projections },
      signal: stopping.signal,
      onProjected: ({ accounts = -1n }) => {
        seen.push(accounts);
        stopping.abort();
      },
    });
    expect(seen).toEqual([last]);
    await world.close();
  });
});

describe("a data error", () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world.close());

  const errorOf = (statement: string) =>
    sql
      .raw(statement)
      .execute(world.readDb)
      .then(
        () => undefined,
        (error: unknown) => error,
      );

  it("is neither a lost lock, nor a missing table, nor an outage", async () => {
    await sql`CREATE TABLE held (id INT PRIMARY KEY)`.execute(world.readDb);
    await sql`INSERT INTO held VALUES (1)`.execute(world.readDb);
    expect(isDataError(await errorOf("INSERT INTO held VALUES (1)"))).toBe(true);
    expect(isDataError(await errorOf("INSERT INTO nowhere VALUES (1)"))).toBe(false);
    await world.readDb.transaction().execute(async (trx) => {
      await sql`SELECT * FROM held FOR UPDATE`.execute(trx);
      const refused = await errorOf("SELECT * FROM held FOR UPDATE NOWAIT");
      expect(refused).toBeInstanceOf(Error);
      expect(isDataError(refused)).toBe(false);
    });
    const gone = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
    expect(isDataError(gone)).toBe(false);
  });
});
