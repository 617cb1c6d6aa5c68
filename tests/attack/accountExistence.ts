import { newHandles, registerBody } from "../support/account.js";
import type { Installed } from "../support/installed.js";
import { rankTest } from "../support/rankTest.js";
import { type Attack, postJson } from "./attack.js";

/** Of one person so few that neither mails nor guesses are held back yet. */
const roundsEach = 3;
const persons = 4;
/** The known and the unknown take turns. In one of so many runs a question is accused that tells nothing. */
const falseAlarms = 1 / 10_000;
/** What a network hides however often somebody asks within the limits of a day. */
const tellingMs = 5;

interface Seen {
  readonly shown: string;
  readonly ms: number;
}

export const accountExistence: Attack = {
  name: "account existence",
  tries: "Compares what a known and an unknown address get: words, status and time.",
  async run(installed: Installed) {
    const known = await Promise.all(
      Array.from({ length: persons }, async () => (await installed.makePerson()).email),
    );
    const unknown = known.map(() => newHandles().email);
    const password = "a wrong guess of twelve";
    const asks: Readonly<Record<string, (email: string) => object>> = {
      "/auth/register": (email) => registerBody({ ...newHandles(), email }),
      "/auth/forgot-password": (email) => ({ email }),
      "/auth/login": (email) => ({ email, password }),
    };
    const broke: string[] = [];
    for (const [path, bodyOf] of Object.entries(asks)) {
      // Whoever registers twice is known the second time.
      const isUsedUp = path === "/auth/register";
      const emails = (turn: Turn, round: number): string => {
        if (turn === "known") return known[round % persons] ?? "";
        return isUsedUp ? newHandles().email : (unknown[round % persons] ?? "");
      };
      const url = `${installed.url}/api/v1${path}`;
      const seen = await lookInTurn((turn, round) => look(url, bodyOf(emails(turn, round))));
      broke.push(...differences(path, seen.known, seen.unknown));
    }
    return { tried: 2 * roundsEach * persons * Object.keys(asks).length, broke };
  },
};

const turns = ["known", "unknown"] as const;
type Turn = (typeof turns)[number];

/** First the one, then the other, and the other way round: what drifts is alike for both. */
async function lookInTurn(lookAt: (turn: Turn, round: number) => Promise<Seen>) {
  const seen: Record<Turn, Seen[]> = { known: [], unknown: [] };
  for (let round = 0; round < roundsEach * persons; round += 1) {
    for (const turn of round % 2 === 0 ? turns : turns.toReversed()) {
      seen[turn].push(await lookAt(turn, round));
    }
  }
  return seen;
}

async function look(url: string, body: unknown): Promise<Seen> {
  const startedAt = performance.now();
  const response = await postJson(url, body);
  const shown = `${response.status} ${await response.text()}`;
  return { shown, ms: performance.now() - startedAt };
}

function differences(path: string, known: readonly Seen[], unknown: readonly Seen[]): string[] {
  const shown = (seen: readonly Seen[]): string =>
    [...new Set(seen.map((each) => each.shown))].join();
  const times = (seen: readonly Seen[]): readonly number[] => seen.map(({ ms }) => ms);
  const [one, other] = [times(known), times(unknown)];
  const apart = median(one) - median(other);
  const isTelling = rankTest(one, other) < falseAlarms && Math.abs(apart) > tellingMs;
  return [
    ...(shown(known) === shown(unknown) ? [] : [`${path} answers differently.`]),
    ...(isTelling ? [`${path} takes ${Math.round(apart)} ms more for the known.`] : []),
  ];
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
