import fc from "fast-check";
import { expect, it } from "vitest";
import { DomainError } from "../../domain/errors.js";
import type { Draft } from "../../domain/message.js";
import { quotaDecider, usedOf } from "../../domain/quota/decider.js";
import type { QuotaEvent } from "../../domain/quota/events.js";
import { stateAfter } from "../support/deciderSpec.js";

const limit = 5;
const idOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

/** Any order of commands about a dozen generations, repeated as often as fast-check likes. */
const commands = fc.array(
  fc.record({
    type: fc.constantFrom("ReserveQuota" as const, "ReleaseQuota" as const, "SpendQuota" as const),
    afterLease: fc.boolean(),
    generation: fc.integer({ min: 1, max: 12 }),
  }),
  { maxLength: 80 },
);

it("never holds more than the limit, never settles twice, and repeats change nothing", () => {
  const property = fc.property(commands, (sequence) => {
    const events: Draft<QuotaEvent>[] = [];
    for (const { generation, ...how } of sequence) {
      const about = { userId: idOf(99), day: "2026-11-22", generationId: idOf(generation) };
      const command = { ...how, ...about, at: "2026-11-22T16:00:00.000Z", limit };
      events.push(...decideOrRefuse(command, events));
      expect(decideOrRefuse(command, events)).toEqual([]);
      expect(usedOf(stateAfter(quotaDecider, events))).toBeLessThanOrEqual(limit);
    }
    const ofOne = events.filter((each) => each.type !== "QuotaReset");
    for (const generation of new Set(ofOne.map((e) => e.private.generationId))) {
      const types = ofOne.filter((e) => e.private.generationId === generation).map((e) => e.type);
      expect(types[0]).toBe("QuotaReserved");
      expect(types.length).toBeLessThanOrEqual(2);
    }
  });
  fc.assert(property);
});

type Command = Parameters<typeof quotaDecider.decide>[0];

function decideOrRefuse(command: Command, events: readonly Draft<QuotaEvent>[]) {
  try {
    return quotaDecider.decide(command, stateAfter(quotaDecider, events));
  } catch (error) {
    expect(error).toBeInstanceOf(DomainError);
    return [];
  }
}
