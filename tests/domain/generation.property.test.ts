import fc from "fast-check";
import { expect, it } from "vitest";
import { DomainError } from "../../domain/errors.js";
import type { GenerationCommand } from "../../domain/generation/commands.js";
import { generationDecider } from "../../domain/generation/decider.js";
import { type GenerationEvent, isTerminal } from "../../domain/generation/events.js";
import type { Draft } from "../../domain/message.js";
import { stateAfter } from "../support/deciderSpec.js";
import {
  cancel,
  complete,
  endLease,
  expire,
  lease,
  request,
  strangerId,
} from "../support/generations.js";

const leaseNumber = fc.integer({ min: 1, max: 6 });
const seconds = fc.integer({ min: 1, max: 150 });
const endings = ["expired", "failed", "declined", "left", "rejected"] as const;

const command: fc.Arbitrary<GenerationCommand> = fc.oneof(
  fc.constant(request()),
  fc.tuple(leaseNumber, seconds).map(([n, s]) => lease(n, s)),
  fc
    .tuple(leaseNumber, fc.constantFrom(...endings), fc.constantFrom("proven", "on-probation"))
    .map(([n, reason, by]) => endLease(n, reason, { by })),
  fc.tuple(leaseNumber, seconds).map(([n, s]) => complete(n, s)),
  fc.constantFrom(cancel("asked"), cancel("never-requested"), cancel("asked", { by: strangerId })),
  seconds.map(expire),
);

const types = (events: readonly Draft<GenerationEvent>[], type: GenerationEvent["type"]) =>
  events.filter((event) => event.type === type).length;

it("ends at most once, pays only for audio, loses at most three attempts, and repeats change nothing", () => {
  const property = fc.property(fc.array(command, { maxLength: 40 }), (sequence) => {
    const events: Draft<GenerationEvent>[] = [];
    for (const each of sequence) {
      const wasClosed = events.some(isTerminal);
      const added = decideOrRefuse(each, events);
      if (wasClosed) expect(added).toEqual([]);
      events.push(...added);
      expect(decideOrRefuse(each, events)).toEqual([]);
    }
    expect(events.filter(isTerminal).length).toBeLessThanOrEqual(1);
    expect(types(events, "ContributionRecorded")).toBe(types(events, "GenerationCompleted"));
    expect(events.filter(isAttemptLost).length).toBeLessThanOrEqual(3);
    expect(types(events, "GenerationRequested")).toBeLessThanOrEqual(1);
  });
  fc.assert(property, { numRuns: 500 });
});

const isAttemptLost = (event: Draft<GenerationEvent>): boolean =>
  event.type === "GenerationLeaseLost" && event.private.costsAttempt !== false;

function decideOrRefuse(command: GenerationCommand, events: readonly Draft<GenerationEvent>[]) {
  try {
    return generationDecider.decide(command, stateAfter(generationDecider, events));
  } catch (error) {
    expect(error).toBeInstanceOf(DomainError);
    return [];
  }
}
