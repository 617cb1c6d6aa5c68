import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { contextOf } from "../../commands/context.js";
import { handle, load, newStream } from "../../commands/handle.js";
import { accountSecret } from "../../commands/user/accountSecret.js";
import { generationDecider } from "../../domain/generation/decider.js";
import { generationStream } from "../../domain/generation/events.js";
import { quotaDecider, usedOf } from "../../domain/quota/decider.js";
import { userDecider } from "../../domain/user/decider.js";
import { userStream } from "../../domain/user/events.js";
import {
  createEventStore,
  EventStoreUnavailableError,
} from "../../platform/eventStore/eventStore.js";
import { newId } from "../../platform/ids.js";
import { exampleOf } from "../support/aggregates.js";
import { fillStream } from "../support/fillStream.js";
import { contextAt, openedAt, openWorld, type World } from "../support/world.js";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const at = openedAt;

async function registered(): Promise<string> {
  const userId = newId();
  const secret = (text: string) => accountSecret(userId, text);
  const names = { email: secret("ana@example.org"), username: secret("ana") };
  const about = { userId, at, termsVersion: "2026-11", passwordHash: secret("$hash") };
  const command = { type: "RegisterUser" as const, ...about, ...names };
  await handle(world.ledger, userDecider, command, contextAt(at));
  return userId;
}

describe("handling a command", () => {
  it("lets exactly the limit through, however many come at once", async () => {
    const userId = newId();
    const reserve = () =>
      handle(
        world.ledger,
        quotaDecider,
        {
          type: "ReserveQuota",
          userId,
          day: "2026-11-22",
          generationId: newId(),
          at,
          limit: 25,
        },
        contextAt(at),
      );
    const results = await Promise.allSettled(Array.from({ length: 200 }, reserve));
    const refused = results.flatMap((each) => (each.status === "rejected" ? [each.reason] : []));
    expect(refused).toHaveLength(175);
    for (const error of refused) expect(error).toMatchObject({ code: "DAILY_LIMIT_EXCEEDED" });
  });

  it("decides again when somebody else was faster", async () => {
    const userId = await registered();
    const stream = userStream(userId);
    let decisions = 0;
    const racing = {
      ...userDecider,
      decide: (...args: Parameters<typeof userDecider.decide>) => {
        decisions += 1;
        return userDecider.decide(...args);
      },
    };
    const { revision } = await world.store.read(stream);
    const command = { type: "EraseUser" as const, userId, at, reason: "asked" as const };
    const from = newStream(userDecider);
    const beaten: typeof userDecider = {
      ...racing,
      decide: (each, state) =>
        decisions === 0
          ? [...racing.decide({ ...command, reason: "never-registered" }, state)]
          : racing.decide(each, state),
    };
    await handle(world.ledger, beaten, command, contextAt(at), from);
    expect(decisions).toBe(2);
    const { events } = await world.store.read(stream);
    expect(events.at(-1)?.revision).toBe((revision as bigint) + 1n);
    expect(events.at(-1)?.event).toMatchObject({ data: { private: { reason: "asked" } } });
  });

  it("leaves a state that it was handed as it was", async () => {
    const userId = newId();
    const about = { userId, day: "2026-11-22", at, limit: 25 };
    const reserve = () => ({ type: "ReserveQuota" as const, ...about, generationId: newId() });
    await handle(world.ledger, quotaDecider, reserve(), contextAt(at));
    const from = await load(world.store, quotaDecider, about);
    const handled = await handle(world.ledger, quotaDecider, reserve(), contextAt(at), from);
    expect(usedOf(handled.state)).toBe(2);
    expect(usedOf(from.state)).toBe(1);
  });

  it("loads again when the store did not answer a read", async () => {
    const userId = await registered();
    let reads = 0;
    const stumbling = {
      ...world.store,
      read: (stream: string) => {
        reads += 1;
        if (reads <= 2) throw new EventStoreUnavailableError("The event store did not answer.");
        return world.store.read(stream);
      },
    };
    const ledger = { ...world.ledger, store: stumbling };
    const command = { type: "VerifyEmail" as const, userId, at };
    const { state } = await handle(ledger, userDecider, command, contextAt(at));
    expect(state.status).toBe("active");
    expect(reads).toBe(3);
  });

  it("refuses to open something on a full stream, and still ends what is open", async () => {
    const userId = await registered();
    await handle(world.ledger, userDecider, { type: "VerifyEmail", userId, at }, contextAt(at));
    const filler = exampleOf({ type: "ProfileUpdated" });
    await fillStream(world.store, userStream(userId), filler, userDecider.bound.eventsMax - 3);
    const key = { keyId: newId(), keyHash: "a".repeat(64), prefix: "aaaaaa" };
    const issue = { type: "IssueApiKey" as const, userId, at, ...key };
    const named = { ...issue, name: accountSecret(userId, "DAW") };
    await handle(world.ledger, userDecider, named, contextAt(at));
    const another = handle(world.ledger, userDecider, { ...named, keyId: newId() }, contextAt(at));
    await expect(another).rejects.toMatchObject({ code: "HISTORY_FULL" });
    const revoke = { type: "RevokeApiKey" as const, userId, at, keyId: key.keyId };
    expect((await handle(world.ledger, userDecider, revoke, contextAt(at))).position).toBeDefined();
    const erase = { type: "EraseUser" as const, userId, at, reason: "asked" as const };
    const { state } = await handle(world.ledger, userDecider, erase, contextAt(at));
    expect(state.status).toBe("erased");
  });

  it("takes effect once per command id, also where deciding twice would write twice", async () => {
    const userId = await registered();
    const command = {
      type: "UpdateProfile" as const,
      userId,
      at,
      firstName: accountSecret(userId, "Ana"),
    };
    const context = contextAt(at);
    const first = await handle(world.ledger, userDecider, command, context);
    const second = await handle(world.ledger, userDecider, command, context);
    expect(first.position).toBeTypeOf("bigint");
    expect(second.position).toBeUndefined();
    const { events } = await world.store.read(userStream(userId));
    expect(events.map(({ event }) => event.type)).toEqual(["UserRegistered", "ProfileUpdated"]);
  });

  it("appends nothing where a number or a text is beyond its limit, and names it", async () => {
    const generationId = newId();
    const secret = (text: string) => accountSecret(newId(), text);
    const request = (more: { frames?: number; key?: string }) => {
      const about = { generationId, userId: newId(), quotaDay: "2026-11-22", at, expiresAt: at };
      const asked = { bpm: 124, frames: 48_000, sampleRate: 48_000, stems: [], seed: 7 };
      const sealed = { prompt: secret("dub"), commitmentSecret: secret("x") };
      const rest = { bodyHash: "hash", model: null, key: null, ...sealed };
      const type = "RequestGeneration" as const;
      const command = { type, ...about, ...asked, ...rest, ...more };
      return handle(world.ledger, generationDecider, command, contextAt(at));
    };
    const number = { code: "NUMBER_OUT_OF_RANGE", field: "frames" };
    await expect(request({ frames: 2 ** 31 })).rejects.toMatchObject(number);
    const text = { code: "TEXT_TOO_LONG", field: "key" };
    await expect(request({ key: "F# Dorian".repeat(10) })).rejects.toMatchObject(text);
    const { events } = await world.store.read(generationStream(generationId));
    expect(events).toEqual([]);
    await request({});
  });

  it("records who, why and since when in the metadata", async () => {
    const userId = newId();
    const commandId = newId();
    const actor = `user:${userId}` as const;
    const context = contextOf({ commandId, actor, at, correlationId: "request-1" });
    const quota = { type: "ReserveQuota" as const, userId, day: "2026-11-22", limit: 1 };
    await handle(world.ledger, quotaDecider, { ...quota, generationId: newId(), at }, context);
    const { events } = await world.store.read(`quota-${userId}-20261122`);
    expect(events[0]?.metadata).toEqual({
      $correlationId: "request-1",
      $causationId: commandId,
      actor: `user:${userId}`,
      schemaVersion: 1,
    });
  });

  it("says so when the store does not answer", async () => {
    const nowhere = createEventStore("esdb://127.0.0.1:9?tls=false");
    const ledger = { ...world.ledger, store: nowhere };
    const quota = { type: "SpendQuota" as const, userId: newId(), day: "2026-11-22", at };
    const spend = handle(ledger, quotaDecider, { ...quota, generationId: newId() }, contextAt(at));
    await expect(spend).rejects.toBeInstanceOf(EventStoreUnavailableError);
    await nowhere.close();
  });
});
