import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { handle } from "../../commands/handle.js";
import { issueApiKey } from "../../commands/user/issueApiKey.js";
import { day, hour, minute } from "../../domain/limits.js";
import { plusMs } from "../../domain/time.js";
import { userDecider } from "../../domain/user/decider.js";
import { newId } from "../../platform/ids.js";
import { closeOrder, listDueOrders } from "../../platform/ops/outbox.js";
import type { OrderKind } from "../../platform/ops/tables.js";
import { sweepKeyMails } from "../../workers/outbox/sweepKeyMails.js";
import { sweepNotices } from "../../workers/outbox/sweepNotices.js";
import { sweepVerifications } from "../../workers/outbox/sweepVerifications.js";
import { at as givenAt } from "../support/donations.js";
import { fakeClock } from "../support/fakeClock.js";
import * as m from "../support/moneyStory.js";
import { registerUser } from "../support/registering.js";
import { sweepingAt } from "../support/sweeping.js";
import {
  openedAt as at,
  contextAt,
  openProjectedWorld,
  type ProjectedWorld,
} from "../support/world.js";

let world: ProjectedWorld;
const clock = fakeClock(at);
beforeAll(async () => {
  world = await openProjectedWorld();
});
afterAll(() => world.close());
beforeEach(() => world.opsDb.deleteFrom("outbox").execute());

const deps = () => ({ ...world, clock, ...sweepingAt(world.log, clock) });

async function dueOf(kind: OrderKind) {
  return listDueOrders(world.opsDb, { kind, now: clock.now(), limit: 100 });
}

describe("the mail that verifies an address, where its reaction was missed,", () => {
  const sweepAt = async (now: string) => {
    clock.set(now);
    await world.caughtUp();
    await sweepVerifications(deps());
    return (await dueOf("verify-email")).map(({ personId }) => personId);
  };
  const verify = (userId: string) =>
    handle(world.ledger, userDecider, { type: "VerifyEmail", userId, at }, contextAt(at));

  it("is ordered for those who still wait for it, not at once and not when it is too late", async () => {
    const { userId } = await registerUser(world, at);
    const verified = await registerUser(world, at);
    await verify(verified.userId);
    expect(await sweepAt(plusMs(at, minute))).toEqual([]);
    expect(await sweepAt(plusMs(at, day + 1))).toEqual([]);
    expect(await sweepAt(plusMs(at, minute + 1))).toEqual([userId]);
    await verify(userId);
  });

  it("is not ordered again for whom it was ordered, whatever became of it", async () => {
    const [sent, open] = [await registerUser(world, at), await registerUser(world, at)];
    expect((await sweepAt(plusMs(at, hour))).sort()).toEqual([sent.userId, open.userId].sort());
    for (const { id, personId } of await dueOf("verify-email")) {
      if (personId === sent.userId) await closeOrder(world.opsDb, id, { outcome: "sent", at });
    }
    expect(await sweepAt(plusMs(at, 2 * hour))).toEqual([open.userId]);
    for (const { userId } of [sent, open]) await verify(userId);
  });

  it("reaches everybody, also after many whose account can't be read", async () => {
    const users = await Promise.all(Array.from({ length: 3 }, () => registerUser(world, at)));
    await world.readDb
      .insertInto("read_user")
      .values(Array.from({ length: 1500 }, () => unreadable(plusMs(at, -hour))))
      .execute();
    const ordered = await sweepAt(plusMs(at, hour));
    expect(ordered.sort()).toEqual(users.map(({ userId }) => userId).sort());
  });

  /** In the read model, and in no stream. */
  const unreadable = (registered_at: string) => ({
    ...{ user_id: newId(), status: "unverified" as const, registered_at, terms_version: "1" },
    ...{ verified_at: null, email: null, username: null, password_hash: null },
    ...{ first_name: null, last_name: null },
  });
});

describe("the mail about a new key, where its reaction was missed,", () => {
  it("is ordered once for each key, and not of one of long ago", async () => {
    const { userId } = await registerUser(world, at);
    const verify = { type: "VerifyEmail" as const, userId, at };
    await handle(world.ledger, userDecider, verify, contextAt(at));
    for (const name of ["one", "two"]) {
      await issueApiKey(world.ledger, { userId, name }, contextAt(at));
    }
    await world.caughtUp();
    const sweepAt = async (now: string) => {
      clock.set(now);
      await sweepKeyMails(deps());
      return (await dueOf("key-issued")).map(({ personId }) => personId);
    };
    expect(await sweepAt(plusMs(at, minute))).toEqual([]);
    expect(await sweepAt(plusMs(at, day + 1))).toEqual([]);
    expect(await sweepAt(plusMs(at, minute + 1))).toEqual([userId, userId]);
    for (const { id } of await dueOf("key-issued")) {
      await closeOrder(world.opsDb, id, { outcome: "sent", at });
    }
    expect(await sweepAt(plusMs(at, hour))).toEqual([]);
  });
});

describe("a notice and a thank-you mail, where their reaction was missed,", () => {
  const give = async (extra: Parameters<typeof m.received>[1] = {}) => {
    const gift = m.gift(world, "stripe", `pi_${newId()}`);
    await gift.report(m.received("5.00 EUR", extra));
    await world.caughtUp();
    return gift.stream;
  };
  const sweepAt = async (now: string) => {
    clock.set(now);
    await sweepNotices(deps());
    const due = [...(await dueOf("donation-notice")), ...(await dueOf("thank-you"))];
    return due.map(({ giftStream }) => giftStream);
  };

  it("are ordered once, and not for a gift of long ago or money in suspense", async () => {
    const stream = await give();
    await give({ suspenseReason: "unattributed" });
    expect(await sweepAt(plusMs(givenAt, minute))).toEqual([]);
    expect(await sweepAt(plusMs(givenAt, day + 1))).toEqual([]);
    expect(await sweepAt(plusMs(givenAt, minute + 1))).toEqual([stream, stream]);
    for (const kind of ["donation-notice", "thank-you"] as const) {
      const [order] = await dueOf(kind);
      await closeOrder(world.opsDb, order?.id ?? "", { outcome: "nobody", at: givenAt });
    }
    expect(await sweepAt(plusMs(givenAt, hour))).toEqual([]);
  });
});
