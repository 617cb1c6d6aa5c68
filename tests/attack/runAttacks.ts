import { startInstalled } from "../support/installed.js";
import { accountExistence } from "./accountExistence.js";
import type { Attack, Outcome } from "./attack.js";
import { dearWork } from "./dearWork.js";
import { freeIdentities } from "./freeIdentities.js";
import { heldMemory } from "./heldMemory.js";
import { minor } from "./minor.js";
import { neighbours } from "./neighbours.js";
import { nodeSpellings } from "./nodeSpellings.js";
import { noticeBoard } from "./noticeBoard.js";
import { signInBrake } from "./signInBrake.js";
import { strangersAddress } from "./strangersAddress.js";
import { type Cost, startWitness } from "./witness.js";
import { worklessWork } from "./worklessWork.js";

export const attacks: readonly Attack[] = [
  dearWork,
  heldMemory,
  neighbours,
  worklessWork,
  signInBrake,
  accountExistence,
  strangersAddress,
  noticeBoard,
  nodeSpellings,
  minor,
  freeIdentities,
];

/** What an attack may cost others. A machine that does other work besides answers late by itself. */
const healthMaxMs = 5_000;
const health95Ms = 500;
const memoryMibMax = 400;

export interface Attacked extends Outcome, Cost {
  readonly name: string;
  readonly tries: string;
}

interface AttackOptions {
  readonly rounds: number;
  /** Part of the names of those to run. */
  readonly only: string;
  say(line: string): void;
}

/** Starts the product with its usual limits, and lets each attack loose on it. */
export async function runAttacks({ rounds, only, say }: AttackOptions): Promise<Attacked[]> {
  const installed = await startInstalled({
    RATE_LIMITS: "",
    TRUST_PROXY: "127.0.0.1/32",
    DAILY_GENERATION_LIMIT: "10000",
    // What asks for more is left to the nodes of the attackers.
    NODE_MAX_SAMPLE_RATE: "44100",
  });
  try {
    const musician = await installed.makePerson();
    const attacked: Attacked[] = [];
    for (let round = 0; round < rounds; round += 1) {
      for (const attack of attacks.filter(({ name }) => name.includes(only))) {
        say(`${attack.name}: ${attack.tries}`);
        const tellCost = startWitness(installed, musician);
        const outcome = await outcomeOf(() => attack.run(installed));
        const { name, tries } = attack;
        attacked.push({ name, tries, ...outcome, ...(await tellCost()) });
      }
    }
    return attacked;
  } finally {
    await installed.stop();
  }
}

/** An attack that could not go on has shown nothing. */
async function outcomeOf(run: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await run();
  } catch (error) {
    return { tried: 0, broke: [`The attack itself failed: ${String(error)}`] };
  }
}

/** A sentence for each promise that was not kept. */
export const findingsOf = (attacked: readonly Attacked[]): readonly string[] =>
  attacked.flatMap((each) => {
    const { healthMaxMs: slowest, health95Ms: slow = 0, memoryMib = 0, units = 0 } = each;
    const beyond: readonly [boolean, string][] = [
      [slowest > healthMaxMs, `/health took ${slowest} ms once.`],
      [slow > health95Ms, `/health took ${slow} ms often.`],
      [memoryMib > memoryMibMax, `Memory grew by ${memoryMib} MiB.`],
      [each.loopsFailed > 0, `${each.loopsFailed} loops of an honest user failed.`],
      [units > 0, `It earned ${units} units.`],
    ];
    const costs = beyond.filter(([isBeyond]) => isBeyond).map(([, sentence]) => sentence);
    return [...each.broke, ...costs].map((sentence) => `${each.name}: ${sentence}`);
  });
