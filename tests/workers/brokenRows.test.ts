import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { handle, load } from "../../commands/handle.js";
import { receiveWebhook } from "../../commands/webhook/receive.js";
import { generationDecider } from "../../domain/generation/decider.js";
import {
  generationTimeoutMs,
  registrationOrphanMs,
  reservationOrphanMs,
  verificationMs,
} from "../../domain/limits.js";
import { pledgeDecider } from "../../domain/pledge/decider.js";
import { quotaDecider, usedOf } from "../../domain/quota/decider.js";
import { userDecider } from "../../domain/user/decider.js";
import { webhookDecider } from "../../domain/webhook/decider.js";
import { newId } from "../../platform/ids.js";
import { listKnownNodes } from "../../platform/redis/nodes.js";
import { openWaitingLine, type WaitingLine } from "../../platform/redis/waitingLine.js";
import { takeHandles } from "../../platform/vault/handles.js";
import { sweepWebhooks } from "../../workers/book/sweepWebhooks.js";
import { endUnverified, freeOrphanedHandles } from "../../workers/schedule/endUnverified.js";
import { expirePledges } from "../../workers/schedule/expirePledges.js";
import { GenerationSweep } from "../../workers/sweep/sweepGenerations.js";
import { NodeSweep } from "../../workers/sweep/sweepNodes.js";
import { sweepReservations } from "../../workers/sweep/sweepReservations.js";
import { money } from "../support/donations.js";
import { writeBroken } from "../support/drafts.js";
import { fakeClock } from "../support/fakeClock.js";
import { testPayments } from "../support/payments.js";
import * as p from "../support/providerEvents.js";
import { registerUser } from "../support/registering.js";
import { requestLoop } from "../support/requesting.js";
import { sweepingAt } from "../support/sweeping.js";
import {
  openedAt as at,
  contextAt,
  openProjectedWorld,
  type ProjectedWorld,
} from "../support/world.js";

let world: ProjectedWorld;
let waitingLine: WaitingLine;
let clock: ReturnType<typeof fakeClock>;
beforeAll(async () => {
  world = await openProjectedWorld();
  waitingLine = openWaitingLine(world.redisUrl);
});
afterAll(async () => {
  await waitingLine.close();
  await world.close();
});
beforeEach(() => {
  clock = fakeClock(at);
});

const deps = () => ({
  ...world,
  clock,
  waitingLine,
  payments: testPayments({}),
  ...sweepingAt(world.log, clock),
});

/** Two of five; the others get an event that nobody can read. In whatever order they come, one does. */
async function goodOnes<Row>(
  make: () => Promise<Row>,
  streamAndType: (row: Row) => [stream: string, type: string],
): Promise<Row[]> {
  const good: Row[] = [];
  for (const isGood of [false, true, false, true, false]) {
    const row = await make();
    if (isGood) good.push(row);
    else await writeBroken(world, ...streamAndType(row));
  }
  await world.caughtUp();
  return good;
}

it("an unreadable generation keeps no other from its end, nor its reservation", async () => {
  const good = await goodOnes(
    () => requestLoop(world, { at }),
    ({ generationId }) => [`generation-${generationId}`, "GenerationLeased"],
  );
  await world.redis.hset("leases", newId(), "{ no JSON");
  clock.advance(generationTimeoutMs);
  await new GenerationSweep(deps()).run();
  await world.caughtUp();
  clock.advance(reservationOrphanMs);
  await sweepReservations(deps());
  for (const { generationId, userId } of good) {
    const { state } = await load(world.store, generationDecider, { generationId });
    expect(state).toMatchObject({ end: { type: "GenerationExpired" } });
    const quota = await load(world.store, quotaDecider, { userId, day: "2026-11-22" });
    expect(usedOf(quota.state)).toBe(0);
  }
});

it("an unreadable account keeps no other that was never confirmed", async () => {
  const good = await goodOnes(
    () => registerUser(world, at),
    ({ userId }) => [`user-${userId}`, "ProfileUpdated"],
  );
  await endUnverified(deps(), clock.advance(verificationMs + 1));
  for (const { userId } of good) {
    expect((await load(world.store, userDecider, { userId })).state.status).toBe("erased");
  }
});

it("an unreadable account keeps no other's handles", async () => {
  const good = await goodOnes(
    async () => {
      const personId = newId();
      const { vault } = world;
      const digests = {
        email: vault.digestOf("email", `${personId}@example.org`),
        username: vault.digestOf("username", personId),
      };
      await takeHandles(world.vaultDb, { personId, digests, at });
      return personId;
    },
    (personId) => [`user-${personId}`, "UserRegistered"],
  );
  await freeOrphanedHandles(deps(), clock.advance(registrationOrphanMs + 1));
  const left = world.vaultDb.selectFrom("handle").select("person_id");
  expect(await left.where("person_id", "in", good).execute()).toEqual([]);
});

it("an unreadable pledge keeps no other open", async () => {
  const good = await goodOnes(
    async () => {
      const pledgeId = newId();
      const about = { pledgeId, at, provider: "paypal" as const, showName: false };
      const command = { type: "PledgeDonation" as const, ...about, money: money("5.00 EUR") };
      await handle(world.ledger, pledgeDecider, { ...command, userId: newId() }, contextAt(at));
      return pledgeId;
    },
    (pledgeId) => [`pledge-${pledgeId}`, "PledgePaid"],
  );
  await expirePledges(deps(), clock.advance(4 * 3_600_000));
  for (const pledgeId of good) {
    expect((await load(world.store, pledgeDecider, { pledgeId })).state.status).toBe("expired");
  }
});

it("an unreadable webhook keeps no other from being dealt with", async () => {
  const good = await goodOnes(
    async () => {
      const event = p.stripeEvent("customer.created", { id: newId() });
      const body = Buffer.from(JSON.stringify(event));
      const named = { provider: "stripe" as const, deliveryId: event.id, topic: event.type };
      await receiveWebhook(world.ledger, { ...named, body }, { at, correlationId: newId() });
      return event.id;
    },
    (deliveryId) => [`webhook-stripe-${deliveryId}`, "WebhookHeld"],
  );
  clock.advance(31_000);
  await sweepWebhooks(deps());
  for (const deliveryId of good) {
    const { state } = await load(world.store, webhookDecider, { provider: "stripe", deliveryId });
    expect(state.status).toBe("ignored");
  }
});

it("a node whose presence can't be read keeps no other from being seen", async () => {
  for (const abilities of ["{ no JSON", "null"]) {
    const broken = newId();
    await world.redis.hset("nodes", broken, 1);
    await world.redis.hset(`node:${broken}`, { abilities, telemetry: "{}" });
  }
  await new NodeSweep(deps()).run();
  expect(await listKnownNodes(world.redis)).toEqual([]);
});
