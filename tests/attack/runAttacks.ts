import { generationTimeoutMs } from "../../domain/limits.js";
import { type Installed, startInstalled } from "../support/installed.js";
import { accountExistence } from "./accountExistence.js";
import type { Attack, Outcome } from "./attack.js";
import { badSignatures } from "./badSignatures.js";
import { dearWork } from "./dearWork.js";
import { freeIdentities } from "./freeIdentities.js";
import { guessesFromEverywhere } from "./guessesFromEverywhere.js";
import { heldMemory } from "./heldMemory.js";
import { jsonBodies } from "./jsonBodies.js";
import { mailFlood } from "./mailFlood.js";
import { minor } from "./minor.js";
import { neighbours } from "./neighbours.js";
import { nodeSpellings } from "./nodeSpellings.js";
import { noticeBoard } from "./noticeBoard.js";
import { openStreams } from "./openStreams.js";
import { ownOrders } from "./ownOrders.js";
import { signInBrake } from "./signInBrake.js";
import { slowUploads } from "./slowUploads.js";
import { strangersAddress } from "./strangersAddress.js";
import { unofferedModels } from "./unofferedModels.js";
import { unreadAnswers } from "./unreadAnswers.js";
import { type Cost, startWitness } from "./witness.js";
import { worklessWork } from "./worklessWork.js";

/** Those in one line ask little of the machine, and go on at the same time. */
const together: readonly (readonly Attack[])[] = [
  [dearWork],
  [jsonBodies, openStreams],
  [heldMemory, unreadAnswers],
  [neighbours, strangersAddress, noticeBoard, nodeSpellings, minor],
  [worklessWork, signInBrake],
  [unofferedModels],
  [ownOrders],
  [guessesFromEverywhere, mailFlood],
  [accountExistence],
  [badSignatures],
  [slowUploads],
  [freeIdentities],
];
export const attacks = together.flat();

/** What an attack may cost others. A machine that does other work besides answers late by itself. */
const healthMaxMs = 2_000;
const health95Ms = 500;
const memoryMibMax = 160;
/** Half of what a request may take. */
const loopMsMax = generationTimeoutMs / 2;

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
      for (const all of together) {
        const wanted = all.filter(({ name }) => name.includes(only));
        if (wanted.length === 0) continue;
        for (const { name, tries } of wanted) say(`${name}: ${tries}`);
        const tellCost = startWitness(installed, musician);
        const outcomes = await Promise.all(wanted.map((attack) => attackedBy(attack, installed)));
        const cost = await tellCost();
        attacked.push(...outcomes.map((outcome) => ({ ...outcome, ...cost })));
      }
    }
    return attacked;
  } finally {
    await installed.stop();
  }
}

/** An attack that could not go on has shown nothing. */
async function attackedBy({ name, tries, run }: Attack, installed: Installed) {
  try {
    return { name, tries, ...(await run(installed)) };
  } catch (error) {
    return { name, tries, tried: 0, broke: [`The attack itself failed: ${String(error)}`] };
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
      [each.loopMaxMs > loopMsMax, `An honest loop took ${each.loopMaxMs} ms.`],
      [each.loopsFailed > 0, `${each.loopsFailed} loops of an honest user failed.`],
      [units > 0, `It earned ${units} units.`],
    ];
    const costs = beyond.filter(([isBeyond]) => isBeyond).map(([, sentence]) => sentence);
    return [...each.broke, ...costs].map((sentence) => `${each.name}: ${sentence}`);
  });
