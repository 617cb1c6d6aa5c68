/** Closes a month by hand, and confirms that the clock is right. See `usage`. */
import { parseArgs } from "node:util";
import { closeMonth } from "../commands/books/closeMonth.js";
import { load } from "../commands/handle.js";
import { openLedger } from "../commands/openLedger.js";
import { booksDecider, closableMonths } from "../domain/books/decider.js";
import { DomainError } from "../domain/errors.js";
import { second } from "../domain/limits.js";
import type { ClockOffset } from "../platform/clockOffsets.js";
import { loadConfig } from "../platform/config/config.js";
import { newId } from "../platform/ids.js";
import { findSeenTime } from "../platform/ops/seenTime.js";
import { systemClock } from "../platform/process/clock.js";
import { Refusal } from "../platform/process/refusal.js";
import type { ReadTables } from "../projections/readTables.js";
import { measureClock } from "./measureClock.js";
import { commonOptions, commonUsage, contextOfMaintainer } from "./money/ledgerTool.js";
import { readMonth } from "./readMonth.js";
import { refuseWrongClock } from "./refuseWrongClock.js";
import { toolEnvironment } from "./runningInstance.js";

const usage = `Closes a month by hand, and confirms that this machine's clock is right. The scheduler closes months
by itself, but waits for this when more than one is due, or when its clock jumped by more than 48
hours. If nothing is due, name the month that was closed last.

  npm run close-month -- YYYY-MM [--confirm]

  --confirm          does it; otherwise shows the clocks and what is due
  --maintainer NAME  who confirms it (default: your login name)
${commonUsage}`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ...commonOptions,
    confirm: { type: "boolean", default: false },
    maintainer: { type: "string" },
  },
});

if (options.help) console.log(usage);
else await close();

type Opened = Awaited<ReturnType<typeof openLedger<ReadTables>>>;

async function close(): Promise<void> {
  const month = readMonth(positionals[0]);
  const config = loadConfig(toolEnvironment({ dataDir: options.data, environment: process.env }));
  const opened = await openLedger<ReadTables>(config);
  try {
    const offsets = await measureClock(config, opened.opsDb);
    await (options.confirm ? confirm(opened, month, offsets) : show(opened, month, offsets));
  } catch (error) {
    throw error instanceof DomainError ? new Refusal(error.message) : error;
  } finally {
    await opened.close();
  }
}

async function confirm(opened: Opened, month: string, offsets: ClockOffset[]): Promise<void> {
  refuseWrongClock(offsets);
  const context = contextOfMaintainer(newId(), options.maintainer);
  const isNew = await closeMonth(opened, month, context);
  if (options.json) console.log(JSON.stringify({ month, isNew, now: context.at }));
  else
    console.log(`${month} ${isNew ? "is closed" : "was closed already"}; the clock is confirmed.`);
}

async function show(
  { ledger, opsDb }: Opened,
  month: string,
  offsets: ClockOffset[],
): Promise<void> {
  const now = systemClock.now();
  const seenAt = (await findSeenTime(opsDb)) ?? null;
  const due = closableMonths((await load(ledger.store, booksDecider, {})).state, now);
  if (options.json) {
    console.log(JSON.stringify({ now, seenAt, offsets, due }));
    return;
  }
  console.log(`Now         ${now}`);
  console.log(`Last seen   ${seenAt ?? "never"}, by the scheduler`);
  for (const { server, offsetMs } of offsets) {
    console.log(`${server.padEnd(11)} ${(offsetMs / second).toFixed(3)} s behind`);
  }
  console.log(`Due         ${due.join(", ") || "nothing"}`);
  console.log(`If the clock is right, add --confirm to close ${month}.`);
}
