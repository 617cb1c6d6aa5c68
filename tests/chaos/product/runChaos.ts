import { join } from "node:path";
import { openLedger } from "../../../commands/openLedger.js";
import type { ReadTables } from "../../../projections/readTables.js";
import { SeededRandom } from "../seededRandom.js";
import { type Accepted, readAccepted } from "./accepted.js";
import type { Finding } from "./checks/finding.js";
import { compareWithReplay } from "./compareWithReplay.js";
import { faultsOf } from "./faults.js";
import { healthyMsMax, untilHealthy } from "./health.js";
import type { ProductUnderTest } from "./productUnderTest.js";
import { planRounds, type Round, runRound } from "./rounds.js";
import { untilAgreed } from "./untilAgreed.js";
import { type UsedProduct, withLoad } from "./withLoad.js";

export interface ChaosOptions {
  readonly rounds: number;
  readonly seed: number;
  /** Tells of each step, for whoever waits. */
  readonly say: (line: string) => void;
}

export interface ChaosResult {
  readonly seed: number;
  readonly rounds: readonly Round[];
  readonly accepted: readonly Accepted[];
  readonly findings: readonly Finding[];
}

/** Retries of mails and sweeps of what nobody asks for any more take their time. */
const quietMsMax = 240_000;

/** Lets faults strike while the product is used, then checks whether all agree. */
export const runChaos = ({ rounds, seed, say }: ChaosOptions): Promise<ChaosResult> =>
  withLoad({
    say,
    mayFillDisk: true,
    isFine: ({ findings }) => findings.length === 0,
    work: (used) => strikeAndCheck(used, { rounds, seed, say }),
  });

async function strikeAndCheck(
  { product, load }: UsedProduct,
  { rounds: count, seed, say }: ChaosOptions,
): Promise<ChaosResult> {
  await untilHealthy(product);
  const file = join(product.folder, "accepted");
  load.start({ file, seed });
  const rounds: Round[] = [];
  for (const planned of planRounds(count, faultsOf(product), new SeededRandom(seed))) {
    const round = await runRound(product, planned);
    rounds.push(round);
    const seconds = (round.recovery.ms / 1000).toFixed(1);
    say(
      `round ${rounds.length} of ${count}: ${round.kinds.join(", ")}; healthy after ${seconds} s`,
    );
  }
  say("waiting until all is done …");
  const failures = await load.stop();
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
    const places = { ...config, mailFolder: join(folder, "mail") };
    const findings = await untilAgreed(opened, { places, accepted, withinMs: quietMsMax });
    return [...findings, ...(await compareWithReplay(environment))];
  } finally {
    await opened.close();
  }
}
