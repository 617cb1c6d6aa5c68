/** Shows that the day's quotas need no reset. See `usage`. */
import { parseArgs } from "node:util";
import { hour } from "../domain/limits.js";
import { dayOf, epochMs } from "../domain/time.js";
import { systemClock } from "../platform/process/clock.js";
import { listUnsettled } from "../projections/reservations/queries.js";
import { commonOptions, commonUsage, withLedger } from "./money/ledgerTool.js";
import { refuseExtraWords } from "./money/refuseExtraWords.js";

const usage = `Nothing has to be reset: each day of each account is a stream of its own, which is empty at midnight UTC.
This checks what a reset would have to find: reservations that are neither spent nor given back although
they are older than an hour. Fails if there are any; the sweeps of the workers settle them.

  npm run reset-daily-quotas

${commonUsage}`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: commonOptions,
});

if (options.help) console.log(usage);
else await check();

async function check(): Promise<void> {
  refuseExtraWords(positionals, 0);
  const now = systemClock.now();
  const before = new Date(epochMs(now) - hour).toISOString();
  const limit = 1000;
  const left = await withLedger(options.data, ({ readDb }) =>
    listUnsettled(readDb, { before, limit }),
  );
  if (left.length > 0) process.exitCode = 1;
  const result = { day: dayOf(now), needsReset: false, unsettled: left.length };
  if (options.json) console.log(JSON.stringify(result));
  else {
    console.log(
      `${result.day}: every account has its day fresh since midnight UTC; nothing to reset.`,
    );
    const some = left.length === limit ? "at least " : "";
    if (left.length > 0) {
      console.log(
        `${some}${left.length} reservations of before are not settled: do the workers run?`,
      );
    }
  }
}
