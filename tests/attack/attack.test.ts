import { expect, it } from "vitest";
import { attacks, findingsOf, runAttacks } from "./runAttacks.js";

const minutes = 60_000;

it("nobody stops the product, earns by it or reads what is not theirs", {
  timeout: 4 * minutes,
}, async () => {
  const attacked = await runAttacks({ rounds: 1, only: "", say: () => undefined });
  expect(findingsOf(attacked)).toEqual([]);
  expect(attacked).toHaveLength(attacks.length);
  const made = attacked.reduce((sum, { loopsMade }) => sum + loopsMade, 0);
  expect(made).toBeGreaterThan(attacks.length);
});
