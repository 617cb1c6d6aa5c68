import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { waitForOffer } from "../../commands/generation/candidates.js";
import { cancelGeneration } from "../../commands/generation/ownGeneration.js";
import { handle, load } from "../../commands/handle.js";
import { accountSecret } from "../../commands/user/accountSecret.js";
import { finishErasure } from "../../commands/user/finishErasure.js";
import { donationDecider } from "../../domain/donation/decider.js";
import { donationStream } from "../../domain/donation/events.js";
import { generationDecider } from "../../domain/generation/decider.js";
import { generationStream } from "../../domain/generation/events.js";
import { queueOf } from "../../domain/generation/queues.js";
import { hour, second } from "../../domain/limits.js";
import { quotaDecider, usedOf } from "../../domain/quota/decider.js";
import { plusMs } from "../../domain/time.js";
import { userDecider } from "../../domain/user/decider.js";
import { userStream } from "../../domain/user/events.js";
import { vaultStream } from "../../domain/vault/events.js";
import { checkpointAt } from "../../platform/eventStore/checkpoint.js";
import { firstOf } from "../../platform/eventStore/firstOf.js";
import { donorIdOf, newId } from "../../platform/ids.js";
import { openDatabase } from "../../platform/mysql/database.js";
import { saveCheckpoint } from "../../platform/ops/checkpoints.js";
import type { OpsTables } from "../../platform/ops/tables.js";
import { isDenied } from "../../platform/redis/denyList.js";
import { createSessions } from "../../platform/redis/sessions.js";
import { listen, type Signal } from "../../platform/redis/signals.js";
import { openWaitingLine, type WaitingLine } from "../../platform/redis/waitingLine.js";
import { erasePerson } from "../../platform/vault/erasure.js";
import { findPerson } from "../../platform/vault/handles.js";
import { openField } from "../../platform/vault/openField.js";
import { createVault } from "../../platform/vault/vault.js";
import { anonymiseDonor } from "../../workers/anonymiseDonor.js";
import { dispatch } from "../../workers/dispatch/dispatch.js";
import { erase } from "../../workers/erase.js";
import { type Reactor, runProcessManager } from "../../workers/processManager.js";
import { settle } from "../../workers/settle.js";
import { sweepDonors } from "../../workers/sweep/sweepDonors.js";
import { sweepErasures } from "../../workers/sweep/sweepErasures.js";
import { money } from "../support/donations.js";
import { fakeClock } from "../support/fakeClock.js";
import { registerUser } from "../support/registering.js";
import { requestLoop } from "../support/requesting.js";
import { sweepingAt } from "../support/sweeping.js";
import {
  appSecret,
  openedAt as at,
  contextAt,
  openWorld,
  startProjector,
  type World,
} from "../support/world.js";

let world: World;
let waitingLine: WaitingLine;
const clock = fakeClock(at);

beforeAll(async () => {
  world = await openWorld();
  waitingLine = openWaitingLine(world.redisUrl);
});
afterAll(async () => {
  await waitingLine.close();
  await world.close();
});

/** Runs a manager over everything that has happened, until it has reacted to all of it. */
async function reactToAll(manager: Reactor): Promise<void> {
  const stopping = new AbortController();
  const { store, opsDb, ledgerId, log } = world;
  const types = new Set<string>(manager.handles);
  let left = 0;
  for (let after = 0n; ; ) {
    const event = await store.readAt(after);
    if (event === undefined) break;
    if (types.has(event.type)) left += 1;
    after = event.position + 1n;
  }
  if (left === 0) return;
  const first = await store.readAt(0n);
  if (first === undefined) throw new Error("the ledger is empty");
  await saveCheckpoint(opsDb, manager.name, checkpointAt(ledgerId, first));
  const counted: Reactor = {
    ...manager,
    react: async (stored) => {
      await manager.react(stored);
      left -= 1;
      if (left === 0) stopping.abort();
    },
  };
  await runProcessManager(counted, { store, opsDb, ledgerId, log, signal: stopping.signal });
}

describe("settle", () => {
  it("gives back what was called off, also when it hears of it twice", async () => {
    const { generationId, userId } = await requestLoop(world, { at });
    const about = { generationId, at, userId, quotaDay: "2026-11-22", reason: "asked" as const };
    await handle(
      world.ledger,
      generationDecider,
      { type: "CancelGeneration", ...about },
      contextAt(at),
    );
    await reactToAll(settle(world.ledger));
    await reactToAll(settle(world.ledger));
    const { state, events } = await load(world.store, quotaDecider, { userId, day: "2026-11-22" });
    expect(usedOf(state)).toBe(0);
    expect(events.map(({ event }) => event.type)).toEqual(["QuotaReserved", "QuotaReleased"]);
    const [, released] = events;
    expect(released?.metadata).toMatchObject({ actor: "scheduler" });
  });
});

describe("settle, after a node had begun,", () => {
  it("gives back ten cancellations a day, and counts the next one", async () => {
    const userId = newId();
    for (let n = 1; n <= 11; n += 1) {
      const { generationId } = await requestLoop(world, { at, userId });
      const about = { generationId, at };
      const lease = {
        type: "LeaseGeneration" as const,
        ...about,
        leaseId: newId(),
        nodeId: newId(),
      };
      await handle(world.ledger, generationDecider, lease, contextAt(at));
      await cancelGeneration(world.ledger, { generationId, userId }, { at });
    }
    await reactToAll(settle(world.ledger));
    const { state } = await load(world.store, quotaDecider, { userId, day: "2026-11-22" });
    expect(usedOf(state)).toBe(1);
  });
});

describe("dispatch", () => {
  it("puts a request in line and offers it to a waiting node that can serve it", async () => {
    const { redis } = world;
    const [able, unable, instanceId] = [newId(), newId(), newId()];
    const abilities = { stems: true, audioMsMax: 30_000, sampleRateMax: 192_000 };
    const seen = { block: "", seenAt: at, onlineSince: at, state: "idle" as const, telemetry: {} };
    const parked = { instanceId, until: "2026-11-22T12:00:30.000Z" };
    const node = { models: [], ...abilities, ...seen, proven: true };
    await waitForOffer(redis, { nodeId: able, ...node }, parked);
    await waitForOffer(redis, { nodeId: unable, ...node, stems: false }, parked);
    let heard: (offer: Signal<"offer">) => void = () => undefined;
    const offered = new Promise<Signal<"offer">>((resolve) => {
      heard = resolve;
    });
    const queue = queueOf({ model: null, stems: ["drums"], audioMs: 1000, sampleRate: 48_000 });
    const stop = await listen(redis, "offer", (offer) => {
      if (offer.queue === queue) heard(offer);
    });

    const { generationId, userId } = await requestStems();
    await reactToAll(dispatch(world.store, { redis, waitingLine, clock }));
    expect(await offered).toEqual({ queue, nodeId: able, instanceId });
    const place = await waitingLine.take(queue, newId());
    expect(place?.generationId).toBe(generationId);
    await place?.putBack();
    stop();

    const command = { type: "CancelGeneration", reason: "asked" } as const;
    const about = { generationId, userId, quotaDay: "2026-11-22", at };
    await handle(world.ledger, generationDecider, { ...command, ...about }, contextAt(at));
    const { events } = await world.store.read(generationStream(generationId));
    const [cancelled] = events.slice(-1);
    if (cancelled === undefined) throw new Error("Nothing happened.");
    await dispatch(world.store, { redis, waitingLine, clock }).react(cancelled);
    expect((await waitingLine.list()).filter((line) => line.queue === queue)).toEqual([]);
  });

  it.each([
    ["in time yet", 10 * second],
    ["expired long ago", 24 * hour],
  ])("leaves no place to a backlog of what has ended, %s", async (_, laterMs) => {
    const ended: string[] = [];
    for (let n = 0; n < 100; n += 1) {
      const { generationId, userId } = await requestLoop(world, { at });
      await cancelGeneration(world.ledger, { generationId, userId }, { at });
      ended.push(generationId);
    }
    const { generationId: open } = await requestLoop(world, { at: plusMs(at, laterMs) });
    const later = fakeClock(plusMs(at, laterMs));
    await reactToAll(dispatch(world.store, { redis: world.redis, waitingLine, clock: later }));
    const standing = await listStanding();
    expect(standing.filter((id) => ended.includes(id))).toEqual([]);
    expect(standing).toContain(open);
  });

  it("gives no place to what has expired, whether or not it is known to have ended", async () => {
    const { generationId } = await requestLoop(world, { at });
    const later = fakeClock(plusMs(at, hour));
    await reactToAll(dispatch(world.store, { redis: world.redis, waitingLine, clock: later }));
    const standing = await listStanding();
    expect(standing).not.toContain(generationId);
  });

  async function listStanding(): Promise<readonly string[]> {
    const standing: string[] = [];
    for await (const ids of waitingLine.standing()) standing.push(...ids);
    return standing;
  }

  async function requestStems() {
    const [generationId, userId] = [newId(), newId()];
    await handle(
      world.ledger,
      generationDecider,
      {
        type: "RequestGeneration",
        generationId,
        userId,
        quotaDay: "2026-11-22",
        at,
        expiresAt: "2026-11-22T12:02:00.000Z",
        bodyHash: "hash",
        prompt: accountSecret(newId(), "dub"),
        commitmentSecret: accountSecret(newId(), "secret"),
        bpm: 124,
        key: null,
        frames: 48_000,
        sampleRate: 48_000,
        stems: ["drums"],
        seed: 1,
        model: null,
      },
      contextAt(at),
    );
    return { generationId, userId };
  }
});

describe("erase", () => {
  const sessionsHere = () => createSessions(world.redis, Buffer.alloc(32), 3600);

  async function signedIn() {
    const account = await registerUser(world, at);
    return { ...account, session: await sessionsHere().start(account.userId, at, newId()) };
  }
  async function eraseOnlyInLedger(userId: string): Promise<void> {
    const asked = { type: "EraseUser" as const, userId, at, reason: "asked" as const };
    await handle(world.ledger, userDecider, asked, contextAt(at));
  }

  /** What can still be found out about an account. */
  async function whatIsLeft({ userId, email, session }: Awaited<ReturnType<typeof signedIn>>) {
    const { ledger, vaultDb, store } = world;
    const { events } = await store.read(userStream(userId));
    const registered = firstOf(events, "UserRegistered");
    if (registered === undefined) throw new Error("not registered");
    const recorded = await store.read(vaultStream(registered.event.data.sealed.email.keyId));
    return {
      session: await sessionsHere().find(session.sessionId),
      handle: await findPerson(vaultDb, "email", ledger.vault.digestOf("email", email)),
      email: await openField(createVault(vaultDb, appSecret), registered, "email"),
      recorded: recorded.events.map(({ event }) => event.type),
    };
  }
  const nothing = {
    session: undefined,
    handle: undefined,
    email: undefined,
    recorded: ["DataKeyDestroyed"],
  };

  it("leaves nothing that could be read, and nobody signed in", async () => {
    const { ledger, vaultDb, redis, erasures } = world;
    const account = await signedIn();
    await eraseOnlyInLedger(account.userId);
    await reactToAll(erase({ ledger, vaultDb, erasures, redis, sessions: sessionsHere() }));
    expect(await whatIsLeft(account)).toEqual(nothing);
    expect(await isDenied(redis, { userId: account.userId })).toBe(true);
  });

  it("is done by the sweep where the reaction was missed, also a part of it", async () => {
    const [missed, halfway, back, other] = [
      await signedIn(),
      await signedIn(),
      await signedIn(),
      await signedIn(),
    ];
    const deps = { ...world, sessions: sessionsHere(), ...sweepingAt(world.log, clock) };
    for (const { userId } of [missed, halfway, back]) await eraseOnlyInLedger(userId);
    await erasePerson(world, halfway.userId, at);
    await finishErasure(deps, { userId: back.userId, at });
    // Somebody who was signing in at that moment.
    const session = await sessionsHere().start(back.userId, at, newId());
    const projector = startProjector(world);
    await projector.caughtUp();
    await sweepErasures(deps);
    for (const account of [missed, halfway, { ...back, session }]) {
      expect(await whatIsLeft(account)).toEqual(nothing);
    }
    expect(await whatIsLeft(other)).toMatchObject({
      session: { userId: other.userId },
      handle: other.userId,
      email: other.email,
    });
    const end = await world.store.lastPosition();
    await sweepErasures(deps);
    expect(await world.store.lastPosition()).toBe(end);
    await projector.stop();
  });
});

describe("forgetting a donor", () => {
  const provider = "stripe" as const;

  /** A gift whose donor chose to be shown. */
  async function give(userId: string): Promise<string> {
    const externalId = `pi_${newId()}`;
    const personId = donorIdOf(donationStream(provider, externalId));
    const about = { provider, externalId, moneyKey: externalId, at, occurredAt: at };
    const email = { personId, purpose: "donor" as const, text: "ana@example.org" };
    const command = { type: "ReceiveDonation" as const, ...about, gross: money("5.00 EUR"), email };
    const shown = { ...command, visibility: "shown" as const, userId };
    await handle(world.ledger, donationDecider, shown, contextAt(at));
    return externalId;
  }
  async function readGift(externalId: string) {
    const { state, events } = await load(world.store, donationDecider, { provider, externalId });
    const received = firstOf(events, "DonationReceived");
    if (received === undefined) throw new Error("not received");
    const email = await openField(createVault(world.vaultDb, appSecret), received, "email");
    const keyId = received.event.data.sealed.email?.keyId ?? "";
    const destroyed = await world.store.read(vaultStream(keyId));
    const visibility = state.status === "received" ? state.visibility : undefined;
    return {
      visibility,
      email: email === undefined ? "erased" : "open",
      recorded: destroyed.events.length,
    };
  }
  const registered = async () => (await registerUser(world, at)).userId;
  const eraseUser = async (userId: string) => {
    const asked = { type: "EraseUser" as const, userId, at, reason: "asked" as const };
    await handle(world.ledger, userDecider, asked, contextAt(at));
  };

  it("hides gifts from before and after, makes the donor unreadable, and no one else", async () => {
    const [userId, otherId] = [await registered(), await registered()];
    const [before, ofOther] = [await give(userId), await give(otherId)];
    await eraseUser(userId);
    const after = await give(userId);
    const projector = startProjector(world);
    await reactToAll(anonymiseDonor(world));
    await reactToAll(anonymiseDonor(world));
    await projector.stop();
    const gone = { visibility: "hidden", email: "erased", recorded: 1 };
    expect(await readGift(before)).toEqual(gone);
    expect(await readGift(after)).toEqual(gone);
    expect(await readGift(ofOther)).toEqual({ visibility: "shown", email: "open", recorded: 0 });
  });

  it("is done later for what the reaction missed", async () => {
    const [userId, otherId] = [await registered(), await registered()];
    const [missed, ofOther] = [await give(userId), await give(otherId)];
    await eraseUser(userId);
    const projector = startProjector(world);
    await projector.caughtUp();
    await sweepDonors({ ...world, ...sweepingAt(world.log, clock) });
    const end = await world.store.lastPosition();
    await sweepDonors({ ...world, ...sweepingAt(world.log, clock) });
    expect(await world.store.lastPosition()).toBe(end);
    await projector.stop();
    expect(await readGift(missed)).toEqual({ visibility: "hidden", email: "erased", recorded: 1 });
    expect(await readGift(ofOther)).toEqual({ visibility: "shown", email: "open", recorded: 0 });
  });
});

describe("a process manager", () => {
  it("without a checkpoint begins at the end: the past is the sweep's", async () => {
    const seen: string[] = [];
    const stopping = new AbortController();
    const { store, opsDb, ledgerId, log } = world;
    await requestLoop(world, { at });
    const manager: Reactor = {
      name: "newcomer",
      handles: ["GenerationRequested"],
      react: async ({ stream }) => {
        seen.push(stream);
        stopping.abort();
      },
    };
    let live: () => void = () => undefined;
    const isLive = new Promise<void>((resolve) => {
      live = resolve;
    });
    const running = runProcessManager(manager, {
      store,
      opsDb,
      ledgerId,
      log,
      signal: stopping.signal,
      onLive: () => live(),
    });
    await isLive;
    const { generationId } = await requestLoop(world, { at });
    await running;
    expect(seen).toEqual([`generation-${generationId}`]);
  });

  it("that died before its first event reacts to what came while it was away", async () => {
    const { store, opsDb, ledgerId, log, databaseUrl } = world;
    const seen: string[] = [];
    const stopping = new AbortController();
    const manager: Reactor = {
      name: "short-lived",
      handles: ["GenerationRequested"],
      react: async ({ stream }) => {
        seen.push(stream);
        stopping.abort();
      },
    };
    const ownDb = openDatabase<OpsTables>(databaseUrl, "ops");
    const dying = new AbortController();
    let died = Promise.resolve();
    await new Promise<void>((onLive) => {
      const options = { store, opsDb: ownDb, ledgerId, log, signal: dying.signal };
      died = runProcessManager(manager, { ...options, onLive });
    });
    // Like a process that is killed, it saves nothing at its end.
    await ownDb.destroy();
    dying.abort();
    await died;
    const { generationId } = await requestLoop(world, { at });
    await runProcessManager(manager, { store, opsDb, ledgerId, log, signal: stopping.signal });
    expect(seen).toEqual([`generation-${generationId}`]);
  });

  it("goes on after an event that it can't deal with", async () => {
    const [bad, good] = [await requestLoop(world, { at }), await requestLoop(world, { at })];
    const seen = new Set<string>();
    await reactToAll({
      name: "stumbling",
      handles: ["GenerationRequested"],
      react: async ({ stream }) => {
        seen.add(stream);
        if (stream.endsWith(bad.generationId) && attempts++ < 2) throw new Error("stumbled");
      },
    });
    expect(seen.has(`generation-${good.generationId}`)).toBe(true);
    expect(attempts).toBeGreaterThanOrEqual(2);
  });
  let attempts = 0;
});
