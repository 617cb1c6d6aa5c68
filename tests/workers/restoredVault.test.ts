import { afterAll, beforeAll, expect, it } from "vitest";
import { anonymiseGift } from "../../commands/donation/anonymiseGift.js";
import { handle } from "../../commands/handle.js";
import { finishErasure } from "../../commands/user/finishErasure.js";
import { register } from "../../commands/user/register.js";
import type { EraseUser, VerifyEmail } from "../../domain/user/commands.js";
import { userDecider } from "../../domain/user/decider.js";
import { userStream } from "../../domain/user/events.js";
import { vaultStream } from "../../domain/vault/events.js";
import { newId } from "../../platform/ids.js";
import { createSessions } from "../../platform/redis/sessions.js";
import { doubtMarks } from "../../platform/vault/agreement.js";
import { findPerson } from "../../platform/vault/handles.js";
import { destroyOldKeys } from "../../workers/schedule/destroyOldKeys.js";
import { sweepDonors } from "../../workers/sweep/sweepDonors.js";
import { sweepVault } from "../../workers/sweep/sweepVault.js";
import { fakeClock } from "../support/fakeClock.js";
import * as m from "../support/moneyStory.js";
import { registerUser } from "../support/registering.js";
import { sweepingAt } from "../support/sweeping.js";
import { runTool } from "../support/toolEnvironment.js";
import {
  openedAt as at,
  contextAt,
  openWorld,
  startProjector,
  type World,
} from "../support/world.js";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const clock = fakeClock(at);
const deps = () => ({
  ...world,
  clock,
  sessions: createSessions(world.redis, Buffer.alloc(32), 3600),
  ...sweepingAt(world.log, clock),
});

const tell = (command: VerifyEmail | EraseUser) =>
  handle(world.ledger, userDecider, command, contextAt(at));
const ask = (userId: string) => tell({ type: "EraseUser", userId, at, reason: "asked" });

async function confirmed() {
  const account = await registerUser(world, at);
  await tell({ type: "VerifyEmail", userId: account.userId, at });
  return account;
}

const typesIn = async (stream: string): Promise<string[]> =>
  (await world.store.read(stream)).events.map(({ event }) => event.type);

const nameTaken = (username: string) =>
  findPerson(world.vaultDb, "username", world.vault.digestOf("username", username));

const addressTaken = (email: string) =>
  findPerson(world.vaultDb, "email", world.vault.digestOf("email", email));

async function keysOf(personId: string): Promise<string[]> {
  const query = world.vaultDb.selectFrom("data_key").select("key_id");
  return (await query.where("person_id", "=", personId).execute()).map(({ key_id }) => key_id);
}

it("a vault that is newer than a restored log, and the log, agree after a replay", async () => {
  const kept = await confirmed();
  const erasedSince = await confirmed();
  const endedSince = await registerUser(world, at);
  const donor = await confirmed();
  const externalId = `pi_${newId()}`;
  const gift = m.gift(world, "stripe", externalId);
  const email = gift.secret("ana@example.org");
  await gift.report(m.received("5.00 EUR", { userId: donor.userId, email, visibility: "shown" }));
  await ask(donor.userId);

  const restore = await world.backUp();
  const registeredSince = await registerUser(world, at);
  const cameAndWent = await confirmed();
  await tell({ type: "EraseUser", userId: endedSince.userId, at, reason: "never-verified" });
  await ask(erasedSince.userId);
  await ask(cameAndWent.userId);
  for (const { userId } of [erasedSince, endedSince, donor, cameAndWent]) {
    await finishErasure(deps(), { userId, at });
  }
  const cause = { id: newId(), correlationId: newId() };
  await anonymiseGift(deps(), { provider: "stripe", externalId }, cause, at);
  const projector = startProjector(world);
  await projector.caughtUp();
  await restore();
  await projector.ended;

  const again = { email: registeredSince.email, username: registeredSince.username };
  const account = { ...again, userId: newId(), passwordHash: "$hash", termsVersion: "2026-11" };
  expect(await register(world, account, contextAt(at))).toEqual({ outcome: "username-taken" });
  const { code, json } = await runTool(world, "replay", ["--json"]);
  expect(code).toBe(0);
  expect(json).toMatchObject({ vaultCompared: true });

  const following = startProjector(world);
  await following.caughtUp();
  const end = await world.store.lastPosition();
  await sweepVault(deps());
  await sweepDonors(deps());
  await destroyOldKeys(deps(), at);

  expect(await typesIn(userStream(erasedSince.userId))).toEqual([
    "UserRegistered",
    "EmailVerified",
    "UserErased",
  ]);
  expect(
    (await world.store.read(userStream(endedSince.userId))).events.at(-1)?.event,
  ).toMatchObject({
    type: "UserErased",
    data: { private: { reason: "never-verified", at } },
  });
  expect(await typesIn(gift.stream)).toContain("DonorVisibilityChanged");
  for (const keyId of await keysOf(erasedSince.userId)) {
    expect(await typesIn(vaultStream(keyId))).toEqual(["DataKeyDestroyed"]);
  }
  // What the log knows nothing of stays unknown to it, and its names are free.
  expect(await typesIn(userStream(cameAndWent.userId))).toEqual([]);
  expect(await typesIn(userStream(registeredSince.userId))).toEqual([]);
  expect(await nameTaken(registeredSince.username)).toBeUndefined();
  expect(await register(world, account, contextAt(at))).toMatchObject({ outcome: "registered" });
  expect(await typesIn(userStream(kept.userId))).toEqual(["UserRegistered", "EmailVerified"]);
  expect(await nameTaken(kept.username)).toBe(kept.userId);
  expect(await world.store.lastPosition()).not.toBe(end);

  // Once is enough.
  await following.caughtUp();
  const settled = await world.store.lastPosition();
  await sweepVault(deps());
  await sweepDonors(deps());
  await destroyOldKeys(deps(), at);
  expect(await world.store.lastPosition()).toBe(settled);
  await following.stop();
});

it("a log that was only away for a time finds its people as they were, whoever came meanwhile", async () => {
  const restoreOld = await world.backUp();
  const registered = await confirmed();
  const unconfirmed = await registerUser(world, at);
  const restoreNew = await world.backUp();
  await restoreOld();
  expect((await runTool(world, "replay", ["--json"])).code).toBe(0);
  await sweepVault(deps());
  expect(await nameTaken(registered.username)).toBeUndefined();
  // Somebody else takes the name in the wrong log, of which nothing is left.
  const squatter = await registerUser(world, at, { username: registered.username });
  expect(await nameTaken(registered.username)).toBe(squatter.userId);

  await restoreNew();
  expect((await runTool(world, "replay", ["--json"])).code).toBe(0);
  await sweepVault(deps());
  expect(await nameTaken(registered.username)).toBe(registered.userId);
  expect(await addressTaken(registered.email)).toBe(registered.userId);
  expect(await nameTaken(unconfirmed.username)).toBe(unconfirmed.userId);
});

it("a vault beside another ledger lets go of nobody", async () => {
  const { userId, username } = await registerUser(world, at);
  expect(await doubtMarks(world.vaultDb, newId(), async () => false)).toBe(false);
  await sweepVault(deps());
  expect(await nameTaken(username)).toBe(userId);
});

it("a vault that first saw another ledger is of the one that knows its people", async () => {
  await registerUser(world, at);
  await world.vaultDb.updateTable("vault_ledger").set({ ledger_id: newId() }).execute();
  const { json } = await runTool(world, "replay", ["--json"]);
  expect(json).toMatchObject({ vaultCompared: true });
  const row = await world.vaultDb.selectFrom("vault_ledger").selectAll().executeTakeFirst();
  expect(row?.ledger_id).toBe(world.ledgerId);
});
