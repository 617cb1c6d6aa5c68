import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { lookTogether, lookTogetherBy } from "../../platform/process/lookTogether.js";

const keptMs = 1000;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

it("looks once for all who ask while it looks, and for a while after that", async () => {
  let looked = 0;
  const look = lookTogether(async () => {
    looked += 1;
    return looked;
  }, keptMs);
  expect(await Promise.all([look(), look(), look()])).toEqual([1, 1, 1]);
  vi.advanceTimersByTime(keptMs - 1);
  expect(await look()).toBe(1);
  vi.advanceTimersByTime(1);
  expect(await Promise.all([look(), look()])).toEqual([2, 2]);
});

it("looks again at once where it could not find anything", async () => {
  let looked = 0;
  const look = lookTogether(async () => {
    looked += 1;
    if (looked === 1) throw new Error("away");
    return looked;
  }, keptMs);
  const failed = await Promise.allSettled([look(), look()]);
  expect(failed.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await look()).toBe(2);
});

it("looks for each key apart, and forgets those that nobody asked for lately", async () => {
  const looked: string[] = [];
  const lookBy = lookTogetherBy<string>(keptMs, 2);
  const ask = (key: string) =>
    lookBy(key, async () => {
      looked.push(key);
      return key;
    });
  expect(await Promise.all([ask("a"), ask("b"), ask("a")])).toEqual(["a", "b", "a"]);
  expect(looked).toEqual(["a", "b"]);
  for (const key of ["c", "a", "b"]) await ask(key);
  expect(looked).toEqual(["a", "b", "c", "b"]);
});
