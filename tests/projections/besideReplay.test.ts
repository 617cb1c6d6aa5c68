import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { userStream } from "../../domain/user/events.js";
import { newId } from "../../platform/ids.js";
import { projections } from "../../projections/registry.js";
import { goOn } from "../../projections/runner/goOn.js";
import { listPoisons } from "../../projections/runner/parked.js";
import { rebuild } from "../../projections/runner/rebuild.js";
import { listTreasury } from "../../projections/treasury/queries.js";
import { findUser } from "../../projections/users/queries.js";
import { money } from "../support/donations.js";
import { write } from "../support/drafts.js";
import * as m from "../support/moneyStory.js";
import { openedAt as at, openWorld, startProjector, type World } from "../support/world.js";

const account = (userId: string) => {
  const secret = { personId: userId, purpose: "account" as const, text: "ana" };
  const sealed = { email: secret, username: secret, passwordHash: secret };
  const about = { userId, at };
  return {
    registered: {
      type: "UserRegistered" as const,
      public: {},
      private: { ...about, termsVersion: "2026-11" },
      sealed,
    },
    verified: { type: "EmailVerified" as const, public: {}, private: about, sealed: {} },
  };
};

const payExpense = (world: World, reason: string) =>
  m.enterTreasury(world, {
    type: "PayExpense",
    ...{ from: "bank", fund: "infrastructure", amount: money("1.00 EUR"), reason },
  });

describe("a projector that runs beside a replay", () => {
  let world: World;
  let projector: ReturnType<typeof startProjector>;
  beforeEach(async () => {
    world = await openWorld();
    projector = startProjector(world);
  });
  afterEach(async () => {
    await projector.stop();
    await world.close();
  });

  /** What `npm run replay` does with one read model. */
  async function replay(name: string): Promise<boolean> {
    const projection = projections.find((each) => each.name === name);
    if (projection === undefined) throw new Error(`no projection ${name}`);
    const options = { ...world, db: world.readDb, projection };
    await rebuild(options);
    return goOn(options);
  }

  const reasons = async () =>
    (await listTreasury(world.readDb, { from: null, to: null })).map(({ reason }) => reason);

  it("takes up a read model of money that had stopped", async () => {
    await payExpense(world, "ads");
    await projector.caughtUp();
    await sql`ALTER TABLE read_treasury MODIFY reason VARCHAR(3) NOT NULL`.execute(world.readDb);
    await payExpense(world, "hosting");
    await projector.caughtUp();
    expect(await listPoisons(world.readDb, "treasury")).toHaveLength(1);
    expect(await replay("treasury")).toBe(true);
    expect(await listPoisons(world.readDb, "treasury")).toEqual([]);
    await payExpense(world, "domain name");
    await expect.poll(reasons, { timeout: 20_000 }).toEqual(["ads", "hosting", "domain name"]);
  });

  it("tries again when somebody removed what is recorded as the reason", async () => {
    await projector.caughtUp();
    await sql`ALTER TABLE read_treasury MODIFY reason VARCHAR(3) NOT NULL`.execute(world.readDb);
    await payExpense(world, "hosting");
    await projector.caughtUp();
    expect(await reasons()).toEqual([]);
    await sql`ALTER TABLE read_treasury MODIFY reason TEXT NOT NULL`.execute(world.readDb);
    await world.readDb.deleteFrom("read_parked").execute();
    await expect.poll(reasons, { timeout: 20_000 }).toEqual(["hosting"]);
  });

  it("goes on with a stream that the replay took back", async () => {
    const userId = newId();
    const { registered, verified } = account(userId);
    await projector.caughtUp();
    await sql`ALTER TABLE read_user MODIFY terms_version VARCHAR(3)`.execute(world.readDb);
    await write(world, userStream(userId), registered);
    await projector.caughtUp();
    expect(await findUser(world.readDb, userId)).toBeUndefined();
    expect(await replay("users")).toBe(true);
    expect(await findUser(world.readDb, userId)).toMatchObject({ status: "unverified" });
    await write(world, userStream(userId), verified);
    await projector.caughtUp();
    expect(await findUser(world.readDb, userId)).toMatchObject({ status: "active" });
  });

  it("finds the old table with what that one set aside where the replay is cut off", async () => {
    const userId = newId();
    await projector.caughtUp();
    await sql`ALTER TABLE read_user MODIFY terms_version VARCHAR(3)`.execute(world.readDb);
    await write(world, userStream(userId), account(userId).registered);
    await projector.caughtUp();
    await sql`
      CREATE TRIGGER cut_off BEFORE DELETE ON read_parked FOR EACH ROW
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'cut off'`.execute(world.readDb);
    await expect(replay("users")).rejects.toThrow("cut off");
    expect(await findUser(world.readDb, userId)).toBeUndefined();
    expect(await listPoisons(world.readDb, "users")).toMatchObject([
      { stream: userStream(userId) },
    ]);
    await sql`DROP TRIGGER cut_off`.execute(world.readDb);
    expect(await replay("users")).toBe(true);
    expect(await findUser(world.readDb, userId)).toMatchObject({ status: "unverified" });
    expect(await listPoisons(world.readDb, "users")).toEqual([]);
  });

  it("counts nothing twice of what the replay counts at the same time", async () => {
    for (let n = 0; n < 40; n += 1) {
      await m.gift(world, "stripe", `pi_${n}`).report(m.received("1.00 EUR"));
      if (n % 10 === 5) await Promise.all([replay("months"), replay("entries")]);
    }
    await projector.caughtUp();
    for (const projection of projections) {
      const options = { ...world, db: world.readDb, projection };
      const { before, after } = await rebuild(options);
      expect({ name: projection.name, ...after }).toEqual({ name: projection.name, ...before });
    }
  });
});
