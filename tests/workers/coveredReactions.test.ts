import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { plusMs } from "../../domain/time.js";
import { createLog } from "../../platform/process/log.js";
import { createSessions } from "../../platform/redis/sessions.js";
import { openWaitingLine } from "../../platform/redis/waitingLine.js";
import { managersOf } from "../../workers/managers.js";
import type { SweepName } from "../../workers/sweepName.js";
import { sweepsOf } from "../../workers/sweeps.js";
import { fakeClock } from "../support/fakeClock.js";
import { testPayments } from "../support/payments.js";
import { startStripeStub } from "../support/stripeStub.js";
import { sweepingAt } from "../support/sweeping.js";
import { unheardGenerations } from "../support/unheardGenerations.js";
import { unheardOthers } from "../support/unheardOthers.js";
import { openedAt as at, openWorld, startProjector } from "../support/world.js";

/** Longer than any sweep leaves to a reaction, and shorter than a request is open. */
const unheardMs = 61_000;

// Before the tests are listed, which are one for each of what may happen here.
const world = await openWorld();
const waitingLine = openWaitingLine(world.redisUrl);
const projector = startProjector(world);
const stripe = await startStripeStub();
const clock = fakeClock(at);
const alerts: string[] = [];
const log = createLog(
  { name: "test", level: "error" },
  { write: (line) => void alerts.push(line) },
);

afterAll(async () => {
  await projector.stop();
  await stripe.close();
  await waitingLine.close();
  await world.close();
});
beforeEach(() => clock.set(at));

const happenings = {
  ...unheardGenerations(world, waitingLine),
  ...unheardOthers({ world, projector, stripe, alerts }),
};

const reactingDeps = () => ({
  ...world,
  log,
  clock,
  waitingLine,
  sessions: createSessions(world.redis, Buffer.alloc(32), 3600),
  payments: testPayments({ stripeUrl: stripe.url }),
});

async function sweep(name: SweepName): Promise<void> {
  const deps = reactingDeps();
  const managers = managersOf(deps);
  await sweepsOf({ ...deps, managers, ...sweepingAt(world.log, clock) })[name].run();
}

async function lastAt(stream: string): Promise<string> {
  const { events } = await world.store.read(stream);
  return events.at(-1)?.event.data.private.at ?? at;
}

/** A reaction and the sweep that makes up for it. */
const covered = () =>
  managersOf(reactingDeps()).flatMap((manager) =>
    Object.entries(manager.coveredBy).map(([type, by]) => ({
      key: `${manager.name}: ${type}`,
      type,
      by,
      manager,
    })),
  );

describe("what a reaction that never ran would have done", () => {
  it("is listed here for every process manager and every event that it handles", () => {
    const reactions = covered().map(({ key }) => key);
    expect(Object.keys(happenings).sort()).toEqual(reactions.sort());
  });

  it.each(Object.entries(happenings))(
    "is done by its sweep, once, after %s",
    async (key, happen) => {
      const reaction = covered().find((each) => each.key === key);
      if (reaction === undefined) throw new Error(`There is no reaction ${key}.`);
      const reacted = await happen();
      const before = await reacted.seen();
      const { events } = await world.store.read(reacted.stream);
      for (const stored of events) {
        if (stored.event.type === reaction.type) await reaction.manager.react(stored);
      }
      const after = await reacted.seen();
      expect(after).not.toEqual(before);

      const missed = await happen();
      expect(await missed.seen()).toEqual(before);
      await projector.caughtUp();
      clock.set(plusMs(await lastAt(missed.stream), unheardMs));
      await sweep(reaction.by);
      expect(await missed.seen()).toEqual(after);

      await projector.caughtUp();
      const end = await world.store.lastPosition();
      await sweep(reaction.by);
      expect(await missed.seen()).toEqual(after);
      expect(await reacted.seen()).toEqual(after);
      expect(await world.store.lastPosition()).toBe(end);
    },
  );
});
