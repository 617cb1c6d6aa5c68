import { setTimeout as pause } from "node:timers/promises";
import { systemClock } from "../../../platform/process/clock.js";
import type { SeededRandom } from "../seededRandom.js";
import type { Fault } from "./faults.js";
import { type Recovery, untilHealthy } from "./health.js";
import type { ProductUnderTest } from "./productUnderTest.js";

export interface Round {
  readonly kinds: readonly string[];
  readonly beganAt: string;
  readonly recovery: Recovery;
}

const faultsPerRoundMax = 3;
/** Between the first and the last fault of a round. */
const spreadMsMax = 3_000;
/** Most are short; some last longer than a leader's place is kept. */
const lastsMs = [500, 1_500, 3_000, 6_000, 18_000];

interface Planned {
  readonly fault: Fault;
  readonly afterMs: number;
  readonly lastsMs: number;
}

/** The same plan for the same seed. Every kind comes once before any comes again. */
export function planRounds(
  count: number,
  faults: readonly Fault[],
  random: SeededRandom,
): Planned[][] {
  let left: Fault[] = [];
  const next = (): Fault => {
    if (left.length === 0) left = [...faults];
    const [fault] = left.splice(random.below(left.length), 1);
    if (fault === undefined) throw new Error("There are no faults.");
    return fault;
  };
  return Array.from({ length: count }, () =>
    Array.from({ length: 1 + random.below(faultsPerRoundMax) }, () => ({
      fault: next(),
      afterMs: random.below(spreadMsMax),
      lastsMs: lastsMs[random.below(lastsMs.length)] ?? 0,
    })),
  );
}

export async function runRound(
  product: ProductUnderTest,
  planned: readonly Planned[],
): Promise<Round> {
  const beganAt = systemClock.now();
  const struck = planned.map(async ({ fault, afterMs, lastsMs }) => {
    await pause(afterMs);
    await fault.strike(product, lastsMs);
  });
  await Promise.all(struck);
  const recovery = await untilHealthy(product);
  return { kinds: planned.map(({ fault }) => fault.kind), beganAt, recovery };
}
