import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { handle, load } from "../../commands/handle.js";
import { booksDecider } from "../../domain/books/decider.js";
import {
  hour,
  pledgeOpenMsMax,
  registrationOrphanMs,
  trustedAfterJobs,
  trustedAfterMs,
  verificationMs,
} from "../../domain/limits.js";
import { nodeDecider } from "../../domain/node/decider.js";
import { pledgeDecider } from "../../domain/pledge/decider.js";
import { plusMs } from "../../domain/time.js";
import { userDecider } from "../../domain/user/decider.js";
import { newId } from "../../platform/ids.js";
import { findPerson, takeHandles } from "../../platform/vault/handles.js";
import { createVault } from "../../platform/vault/vault.js";
import { closeMonths } from "../../workers/schedule/closeMonths.js";
import { destroyOldKeys } from "../../workers/schedule/destroyOldKeys.js";
import { endUnverified, freeOrphanedHandles } from "../../workers/schedule/endUnverified.js";
import { expirePledges } from "../../workers/schedule/expirePledges.js";
import { trustNodes } from "../../workers/schedule/trustNodes.js";
import { money } from "../support/donations.js";
import { fakeClock } from "../support/fakeClock.js";
import { joinLedger, workFor } from "../support/joinedNodes.js";
import { registerUser } from "../support/registering.js";
import { sweepingAt } from "../support/sweeping.js";
import {
  appSecret,
  openedAt as at,
  contextAt,
  openProjectedWorld,
  type ProjectedWorld,
} from "../support/world.js";

let world: ProjectedWorld;
beforeAll(async () => {
  world = await openProjectedWorld();
});
afterAll(() => world.close());

const jobDeps = () => ({ ...world, ...sweepingAt(world.log, fakeClock(at)) });

const registered = () => registerUser(world, at);

const ownerOf = (email: string) =>
  findPerson(world.vaultDb, "email", world.ledger.vault.digestOf("email", email));

const statusOf = async (userId: string) =>
  (await load(world.store, userDecider, { userId })).state.status;

describe("closing months", () => {
  it("closes each that is over, in order, once", async () => {
    const later = "2027-02-03T00:00:00.000Z";
    expect(await closeMonths(world.ledger, later)).toEqual(["2026-11", "2026-12", "2027-01"]);
    expect(await closeMonths(world.ledger, later)).toEqual([]);
    const { state } = await load(world.store, booksDecider, {});
    expect(state).toMatchObject({ openMonth: "2027-02" });
  });
});

describe("accounts that nobody confirmed", () => {
  it("end after 48 hours, the confirmed ones stay", async () => {
    const [idle, active] = [await registered(), await registered()];
    const verify = { type: "VerifyEmail" as const, userId: active.userId, at };
    await handle(world.ledger, userDecider, verify, contextAt(at));
    await world.caughtUp();
    await endUnverified(jobDeps(), plusMs(at, verificationMs));
    expect(await statusOf(idle.userId)).toBe("unverified");
    await endUnverified(jobDeps(), plusMs(at, verificationMs + 1));
    expect(await statusOf(idle.userId)).toBe("erased");
    expect(await statusOf(active.userId)).toBe("active");
  });
});

describe("nodes that have done their work", () => {
  const isTrusted = async (nodeId: string) =>
    (await load(world.store, nodeDecider, { nodeId })).state.tenure.isTrusted;

  it("are trusted three days after the first of twenty jobs, once", async () => {
    const [enough, tooFew] = [await joinLedger(world), await joinLedger(world)];
    const later = plusMs(at, hour);
    await workFor(world, enough, [at, ...Array(trustedAfterJobs - 1).fill(later)]);
    await workFor(world, tooFew, Array(trustedAfterJobs - 1).fill(at));
    await world.caughtUp();
    await trustNodes(jobDeps(), plusMs(at, trustedAfterMs - 1));
    expect(await isTrusted(enough)).toBe(false);
    const due = plusMs(at, trustedAfterMs + 1);
    await trustNodes(jobDeps(), due);
    expect(await isTrusted(enough)).toBe(true);
    expect(await isTrusted(tooFew)).toBe(false);
    const end = await world.store.lastPosition();
    await trustNodes(jobDeps(), due);
    await world.caughtUp();
    await trustNodes(jobDeps(), due);
    expect(await world.store.lastPosition()).toBe(end);
  });
});

describe("handles whose registration never came", () => {
  it("are free again, and the slow registration fails", async () => {
    const { vault } = world.ledger;
    const personId = newId();
    const email = `${personId}@example.org`;
    const digests = {
      email: vault.digestOf("email", email),
      username: vault.digestOf("username", personId.slice(0, 12)),
    };
    await takeHandles(world.vaultDb, { personId, digests, at });
    await freeOrphanedHandles(jobDeps(), plusMs(at, registrationOrphanMs));
    expect(await ownerOf(email)).toBe(personId);
    await freeOrphanedHandles(jobDeps(), plusMs(at, registrationOrphanMs + 1));
    expect(await ownerOf(email)).toBeUndefined();
    const secret = { personId, purpose: "account" as const, text: email };
    const late = handle(
      world.ledger,
      userDecider,
      {
        type: "RegisterUser",
        userId: personId,
        at,
        termsVersion: "2026-11",
        email: secret,
        username: secret,
        passwordHash: secret,
      },
      contextAt(at),
    );
    await expect(late).rejects.toMatchObject({ code: "USER_NOT_FOUND" });
  });

  it("stay with whoever registered, also when the process died right after", async () => {
    const { userId, email } = await registered();
    await world.vaultDb
      .updateTable("handle")
      .set({ registered: 0 })
      .where("person_id", "=", userId)
      .execute();
    await freeOrphanedHandles(jobDeps(), plusMs(at, registrationOrphanMs + 1));
    expect(await ownerOf(email)).toBe(userId);
    expect(await statusOf(userId)).toBe("unverified");
  });
});

describe("pledges that nobody paid", () => {
  async function pledged(provider: "paypal" | "stripe"): Promise<string> {
    const about = { pledgeId: newId(), at, userId: newId(), provider, showName: false };
    const command = { type: "PledgeDonation" as const, ...about, money: money("5.00 EUR") };
    await handle(world.ledger, pledgeDecider, command, contextAt(at));
    return about.pledgeId;
  }
  const pay = (pledgeId: string) => {
    const command = { type: "PayPledge" as const, pledgeId, at, externalId: "CAP1" };
    return handle(world.ledger, pledgeDecider, command, contextAt(at));
  };
  const stateOf = async (pledgeId: string) =>
    (await load(world.store, pledgeDecider, { pledgeId })).state.status;

  it.each(["paypal", "stripe"] as const)("at %s expire after their time", async (provider) => {
    const [idle, paid] = [await pledged(provider), await pledged(provider)];
    await pay(paid);
    await world.caughtUp();
    await expirePledges(jobDeps(), plusMs(at, pledgeOpenMsMax[provider]));
    expect(await stateOf(idle)).toBe("open");
    await expirePledges(jobDeps(), plusMs(at, pledgeOpenMsMax[provider] + 1));
    expect(await stateOf(idle)).toBe("expired");
    expect(await stateOf(paid)).toBe("paid");
    // The money came after all.
    await pay(idle);
    await world.caughtUp();
    await expirePledges(jobDeps(), plusMs(at, pledgeOpenMsMax[provider] + 2));
    expect(await stateOf(idle)).toBe("paid");
  });
});

describe("prompts and bodies of webhooks", () => {
  it.each(["prompts-202611", "webhook-202611"] as const)(
    "under %s are unreadable once the month is 90 days past",
    async (purpose) => {
      const { vault } = world.ledger;
      const place = { eventId: newId(), eventType: "GenerationRequested", field: "prompt" };
      const secret = { personId: newId(), purpose, text: "dub" };
      const sealed = await vault.seal(secret, place, at);
      const afterwards = () => createVault(world.vaultDb, appSecret).open(sealed, place);
      await destroyOldKeys(jobDeps(), "2027-02-28T23:59:59.999Z");
      expect(await afterwards()).toMatchObject({ status: "open" });
      await destroyOldKeys(jobDeps(), "2027-03-01T00:00:00.000Z");
      expect(await afterwards()).toEqual({ status: "erased" });
    },
  );
});
