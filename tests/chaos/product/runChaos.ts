import { type ChildProcess, execFile, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { promisify } from "node:util";
import { openLedger } from "../../../commands/openLedger.js";
import { launcher } from "../../../platform/process/launcher.js";
import type { ReadTables } from "../../../projections/readTables.js";
import { SeededRandom } from "../seededRandom.js";
import { type Accepted, readAccepted } from "./accepted.js";
import { checkAll } from "./checks/all.js";
import type { Finding } from "./checks/finding.js";
import { healthyMsMax, untilHealthy } from "./health.js";
import type { LoadOrder } from "./load.js";
import { takePicture } from "./picture.js";
import { type ProductUnderTest, startProductUnderTest } from "./productUnderTest.js";
import { planRounds, type Round, runRound } from "./rounds.js";
import { untilQuiet } from "./untilQuiet.js";

export interface ChaosOptions {
  readonly rounds: number;
  readonly seed: number;
  /** Tells of each step, for who waits. */
  readonly say: (line: string) => void;
}

export interface ChaosResult {
  readonly seed: number;
  readonly rounds: readonly Round[];
  readonly accepted: readonly Accepted[];
  readonly findings: readonly Finding[];
}

const stripeSecret = "whsec_of_the_chaos";
/** Retries of mails and sweeps of what nobody asks for any more take their time. */
const quietMsMax = 240_000;

/** Starts the product and those who use it, lets faults strike, then looks whether all agrees. */
export async function runChaos({ rounds, seed, say }: ChaosOptions): Promise<ChaosResult> {
  const load = fork(launcher, ["tests/chaos/product/load.ts"], { execArgv: [] });
  let product: ProductUnderTest | undefined;
  try {
    const [stripeUrl]: string[] = await once(load, "message");
    say("starting the product …");
    product = await startProductUnderTest({
      PAYMENTS_MODE: "test",
      STRIPE_API_KEY: "sk_test_of_the_chaos",
      STRIPE_API_BASE: stripeUrl ?? "",
      STRIPE_WEBHOOK_SECRET: stripeSecret,
    });
    return await strikeAndCheck(product, load, { rounds, seed, say });
  } finally {
    load.kill("SIGKILL");
    await product?.stop();
    product?.remove();
  }
}

async function strikeAndCheck(
  product: ProductUnderTest,
  load: ChildProcess,
  { rounds: count, seed, say }: ChaosOptions,
): Promise<ChaosResult> {
  await untilHealthy(product);
  const file = join(product.folder, "accepted");
  const order: LoadOrder = {
    file,
    seed,
    stripeSecret,
    url: product.installation.config.appUrl,
    accounts: product.accounts,
    toolEnvironment: product.installation.environment,
  };
  load.send(order);
  const rounds: Round[] = [];
  for (const planned of planRounds(count, new SeededRandom(seed))) {
    const round = await runRound(product, planned);
    rounds.push(round);
    const seconds = (round.recovery.ms / 1000).toFixed(1);
    say(
      `round ${rounds.length} of ${count}: ${round.kinds.join(", ")}; healthy after ${seconds} s`,
    );
  }
  say("waiting until all is done …");
  load.send("stop");
  const [failures = []]: string[][] = await once(load, "message");
  const accepted = readAccepted(file);
  const findings = [
    ...lateRounds(rounds),
    ...failures.map((text): Finding => ({ sort: "wrong", text })),
    ...(await lookAt(product, accepted)),
  ];
  return { seed, rounds, accepted, findings };
}

const lateRounds = (rounds: readonly Round[]): Finding[] =>
  rounds
    .filter(({ recovery }) => recovery.ms > healthyMsMax)
    .map(({ kinds, beganAt, recovery }) => ({
      sort: "wrong",
      at: beganAt,
      text: `healthy ${Math.round(recovery.ms / 1000)} s after ${kinds.join(", ")}: ${recovery.late}`,
    }));

async function lookAt(
  { installation, folder }: ProductUnderTest,
  accepted: readonly Accepted[],
): Promise<Finding[]> {
  const { config, environment } = installation;
  const opened = await openLedger<ReadTables>(config);
  try {
    const left = await untilQuiet(opened, quietMsMax);
    const places = { ...config, mailFolder: join(folder, "mail") };
    const picture = await takePicture(opened, places);
    return [
      ...left.map((text): Finding => ({ sort: "wrong", text: `still to be done: ${text}` })),
      ...checkAll(picture, accepted),
      ...(await compareWithReplay(environment)),
    ];
  } finally {
    await opened.close();
  }
}

const run = promisify(execFile);
const outputBytesMax = 16 * 1024 ** 2;

async function compareWithReplay(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const args = [launcher, "scripts/replay.ts", "--verify", "--json"];
  try {
    await run(process.execPath, args, { env, maxBuffer: outputBytesMax });
    return [];
  } catch (error) {
    return [{ sort: "wrong", text: `read models differ from a replay: ${error}` }];
  }
}
