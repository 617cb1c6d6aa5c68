import { answerMsMax } from "../patience.js";
import { withinTime } from "./outage.js";

/** A question to each part that a process needs, by the part's name. */
export type Checks = Readonly<Record<string, () => Promise<unknown>>>;

/** Which parts do not answer as they should, and why; each is given the time a request has. */
export async function findFaults(checks: Checks): Promise<Readonly<Record<string, Error>>> {
  const asked = Object.entries(checks).map(async ([part, check]) => {
    try {
      await withinTime(part, answerMsMax, check());
      return [];
    } catch (error) {
      return [[part, error instanceof Error ? error : new Error(String(error))] as const];
    }
  });
  return Object.fromEntries((await Promise.all(asked)).flat());
}

/** The same in words. */
export async function listFaults(checks: Checks): Promise<Readonly<Record<string, string>>> {
  const faults = Object.entries(await findFaults(checks));
  return Object.fromEntries(faults.map(([part, { message }]) => [part, message]));
}
