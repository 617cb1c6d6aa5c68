/** Shares out closed months. See `usage`. */
import { parseArgs } from "node:util";
import type { CommandContext } from "../commands/context.js";
import { handle } from "../commands/handle.js";
import { openLedger } from "../commands/openLedger.js";
import { readBooks } from "../commands/sharing/closings.js";
import { type DistributedMonth, distribute } from "../commands/sharing/distribute.js";
import { termsBy } from "../commands/sharing/termsBy.js";
import { type Verified, verifyDistributions } from "../commands/sharing/verifyDistributions.js";
import { booksDecider, closableMonths } from "../domain/books/decider.js";
import { DomainError } from "../domain/errors.js";
import type { Instant } from "../domain/time.js";
import { type Config, loadConfig } from "../platform/config/config.js";
import { newId } from "../platform/ids.js";
import { findSeenTime } from "../platform/ops/seenTime.js";
import { createLog } from "../platform/process/log.js";
import { Refusal } from "../platform/process/refusal.js";
import type { ReadTables } from "../projections/readTables.js";
import { hasJumped } from "../workers/clockGuard.js";
import { measureClock } from "./measureClock.js";
import { distributionJson, distributionTable } from "./money/distributionTable.js";
import { commonOptions, commonUsage, contextOfMaintainer } from "./money/ledgerTool.js";
import { refuseExtraWords } from "./money/refuseExtraWords.js";
import { readMonth } from "./readMonth.js";
import { refuseWrongClock } from "./refuseWrongClock.js";
import { toolEnvironment } from "./runningInstance.js";
import { startCount } from "./startCount.js";

const usage = `Shares out what closed months have to share, oldest first. The scheduler does so by itself, every
hour. Running it again, or twice at once, changes nothing.

  npm run distribute -- [YYYY-MM] [--dry-run]
  npm run distribute -- --verify

  YYYY-MM            up to this month, which is closed first if it is over and next
  --dry-run          writes nothing, and shows what would be shared out
  --verify           writes nothing, and recomputes every distribution there is from the log alone
  --maintainer NAME  who does it (default: your login name)
${commonUsage}`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ...commonOptions,
    "dry-run": { type: "boolean", default: false },
    verify: { type: "boolean", default: false },
    maintainer: { type: "string" },
  },
});

if (options.help) console.log(usage);
else await run();

type Opened = Awaited<ReturnType<typeof openLedger<ReadTables>>>;

async function run(): Promise<void> {
  refuseExtraWords(positionals, 1);
  const [word] = positionals;
  const month = word === undefined ? undefined : readMonth(word);
  const config = loadConfig(toolEnvironment({ dataDir: options.data, environment: process.env }));
  const opened = await openLedger<ReadTables>(config);
  const context = contextOfMaintainer(newId(), options.maintainer);
  const count = startCount("events read");
  const log = createLog({ name: "distribute", level: "warn" });
  const deps = { ledger: opened.ledger, log, onRead: count.add, termsOf: termsBy(config.sharing) };
  try {
    if (options.verify) return showVerified(await verifyDistributions(deps));
    if (month !== undefined) await prepare(config, opened, month, context);
    const done = await distribute(deps, context, { through: month, write: !options["dry-run"] });
    count.stop();
    show(done, month);
  } catch (error) {
    throw error instanceof DomainError ? new Refusal(error.message) : error;
  } finally {
    count.stop();
    await opened.close();
  }
}

/** @throws Refusal for a month that is neither closed nor can be closed now */
async function prepare(
  config: Config,
  opened: Opened,
  month: string,
  context: CommandContext,
): Promise<void> {
  const { state, months } = await readBooks(opened.ledger);
  const first = months[0]?.month ?? state.openMonth;
  if (month < first) throw new Refusal(`The ledger begins with ${first}: there is no ${month}.`);
  if (month < state.openMonth) return;
  if (closableMonths(state, context.at)[0] !== month) {
    throw new Refusal(
      `${month} is not closed: the open month is ${state.openMonth}, and it is not over or not next.`,
    );
  }
  if (options["dry-run"]) {
    throw new Refusal(
      `${month} is over, but not closed yet: without --dry-run it is closed first.`,
    );
  }
  await refuseDoubtfulClock(opened, closableMonths(state, context.at), context.at);
  refuseWrongClock(await measureClock(config, opened.opsDb));
  const close = { type: "CloseMonth", month, at: context.at } as const;
  await handle(opened.ledger, booksDecider, close, context);
}

/** A month is closed for ever: what the scheduler waits with, this does not do either (ADR 56). @throws Refusal */
async function refuseDoubtfulClock(
  { opsDb }: Opened,
  due: readonly string[],
  now: Instant,
): Promise<void> {
  const seenAt = (await findSeenTime(opsDb)) ?? now;
  if (due.length <= 1 && !hasJumped(seenAt, now)) return;
  throw new Refusal(
    `The clock may be wrong: it is ${now}, the scheduler last saw ${seenAt}, and ${due.join(", ")} would be due. ` +
      `If it is right: npm run close-month -- ${due[0]} --confirm`,
  );
}

function show(done: readonly DistributedMonth[], through: string | undefined): void {
  const isDry = options["dry-run"];
  if (options.json) {
    const months = done.map(({ month, plans }) => ({
      month,
      distributions: plans.map(distributionJson),
    }));
    console.log(JSON.stringify({ written: !isDry, months }));
    return;
  }
  for (const { month, plans } of done) {
    if (plans.length === 0) console.log(`${month}: no money has ever come in.`);
    for (const plan of plans) console.log(`${distributionTable(plan).join("\n")}\n`);
  }
  const what = through === undefined ? "Every closed month" : `${through} and all before it`;
  if (done.length === 0) console.log(`${what} was shared out before.`);
  else console.log(isDry ? "Nothing was written." : `${what} is shared out.`);
}

function showVerified(verified: readonly Verified[]): void {
  const differing = verified.filter(({ differs }) => differs.length > 0);
  if (differing.length > 0) process.exitCode = 1;
  if (options.json) {
    console.log(JSON.stringify({ distributions: verified }));
    return;
  }
  for (const { month, currency, differs } of differing) {
    console.log(`${month} ${currency} DIFFERS in ${differs.join(", ")}`);
  }
  const good = verified.length - differing.length;
  console.log(`${good} of ${verified.length} distributions follow from the log, byte for byte.`);
}
