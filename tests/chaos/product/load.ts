/**
 * People, and a payment provider, who know nothing of the system but its addresses: a process of its
 * own that keeps asking and sending until it is told to stop, and writes down what it was told.
 * Tells where its payment provider answers, then waits for its order. See LoadOrder.
 */
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { SeededRandom } from "../seededRandom.js";
import { AcceptedFile } from "./accepted.js";
import { issueAndRevokeKey, register } from "./accountLoad.js";
import { askWithoutKey, followByEvents, waitForLoop } from "./generationLoad.js";
import { giveMoney, payExpense } from "./moneyLoad.js";
import { type StripeStandIn, startStripeStandIn } from "./stripeStandIn.js";

export interface LoadOrder {
  readonly url: string;
  readonly seed: number;
  readonly stripeSecret: string;
  readonly accounts: readonly LoadAccount[];
  /** Where what is accepted is written down. */
  readonly file: string;
  /** What a maintainer's command needs to find the ledger. */
  readonly toolEnvironment: Readonly<Record<string, string | undefined>>;
}
export interface LoadAccount {
  readonly email: string;
  readonly password: string;
  readonly apiKey: string;
}

/** What each unit of work is made of. */
export interface Load extends Omit<LoadOrder, "file" | "accounts"> {
  readonly accepted: AcceptedFile;
  readonly random: SeededRandom;
  readonly provider: StripeStandIn;
  readonly account: LoadAccount;
}

/** How often each is done: milliseconds from the end of one to the beginning of the next. */
const kinds: readonly { readonly everyMs: number; readonly work: (load: Load) => Promise<void> }[] =
  [
    { everyMs: 600, work: waitForLoop },
    { everyMs: 600, work: followByEvents },
    { everyMs: 1_200, work: askWithoutKey },
    { everyMs: 2_500, work: register },
    { everyMs: 1_500, work: issueAndRevokeKey },
    { everyMs: 700, work: giveMoney },
    { everyMs: 9_000, work: payExpense },
  ];

const provider = await startStripeStandIn();
process.on("disconnect", () => process.exit());
process.send?.(provider.url);
const [order]: LoadOrder[] = await once(process, "message");
if (order !== undefined) process.send?.(await runUntilStopped(order));

/** Resolves once all that was begun has an end. What got none is told in words. */
async function runUntilStopped({ file, accounts, ...rest }: LoadOrder): Promise<string[]> {
  const accepted = new AcceptedFile(file);
  const stopping = new AbortController();
  void once(process, "message").then(() => stopping.abort());
  const failures: string[] = [];
  const loops = kinds.map(async ({ everyMs, work }, index) => {
    const random = new SeededRandom(rest.seed + index);
    while (!stopping.signal.aborted) {
      const account = accounts[random.below(accounts.length)];
      if (account === undefined) return;
      const load = { ...rest, accepted, random, provider, account };
      await work(load).catch((error: unknown) => failures.push(wordsOf(work.name, error)));
      await pause(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  });
  await Promise.all(loops);
  accepted.close();
  return failures;
}

function wordsOf(work: string, error: unknown): string {
  if (!(error instanceof Error)) return `${work}: ${error}`;
  return `${work}: ${error.message} ${String(error.cause ?? "")}`;
}
