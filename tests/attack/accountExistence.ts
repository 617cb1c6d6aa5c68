import { newHandles, registerBody } from "../support/account.js";
import type { Installed } from "../support/installed.js";
import { type Attack, postJson } from "./attack.js";

const rounds = 6;
/** Far above what a busy machine adds to the median of so many. */
const tellingMs = 150;

interface Seen {
  readonly shown: string;
  readonly ms: number;
}

export const accountExistence: Attack = {
  name: "account existence",
  tries: "Compares what a known and an unknown address get: words, status and time.",
  async run(installed: Installed) {
    const { email } = await installed.makePerson();
    const password = "a wrong guess of twelve";
    const asks = {
      "/auth/register": (known: boolean) =>
        registerBody(known ? { ...newHandles(), email } : newHandles()),
      "/auth/forgot-password": (known: boolean) => ({ email: known ? email : newHandles().email }),
      "/auth/login": (known: boolean) => ({ email: known ? email : newHandles().email, password }),
    };
    const broke: string[] = [];
    for (const [path, bodyOf] of Object.entries(asks)) {
      const seen: Record<"true" | "false", Seen[]> = { true: [], false: [] };
      for (let round = 0; round < rounds; round += 1) {
        for (const known of [true, false]) {
          seen[`${known}`].push(await look(`${installed.url}/api/v1${path}`, bodyOf(known)));
        }
      }
      broke.push(...differences(path, seen.true, seen.false));
    }
    return { tried: 2 * rounds * Object.keys(asks).length, broke };
  },
};

async function look(url: string, body: unknown): Promise<Seen> {
  const startedAt = performance.now();
  const response = await postJson(url, body);
  const shown = `${response.status} ${await response.text()}`;
  return { shown, ms: performance.now() - startedAt };
}

function differences(path: string, known: readonly Seen[], unknown: readonly Seen[]): string[] {
  // Later ones may have been delayed, which says nothing.
  const [first, other] = [known[0]?.shown, unknown[0]?.shown];
  const apart = known.map(({ ms }, round) => ms - (unknown[round]?.ms ?? ms));
  // What only now and then takes longer is the machine, and tells nothing.
  const isAlways = apart.every((ms) => ms > 0) || apart.every((ms) => ms < 0);
  const usual = Math.abs(median(apart));
  return [
    ...(first === other ? [] : [`${path} answers differently.`]),
    ...(isAlways && usual > tellingMs
      ? [`${path} takes ${Math.round(usual)} ms more for one of the two.`]
      : []),
  ];
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
