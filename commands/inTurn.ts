import { isOutage } from "../platform/process/outage.js";

const lastByName = new Map<string, Promise<unknown>>();

/**
 * Runs work on one stream one after the other within this process: hundreds of commands on one
 * quota stream would otherwise all race and all but one lose each round. Whoever waits behind work
 * that something did not answer fails with it: one after the other they would wait for ever.
 */
export function inTurn<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  const before = lastByName.get(name) ?? Promise.resolve();
  const result = before.then(work, (error: unknown) => {
    if (isOutage(error)) throw error;
    return work();
  });
  lastByName.set(name, result);
  const release = () => {
    if (lastByName.get(name) === result) lastByName.delete(name);
  };
  result.then(release, release);
  return result;
}
