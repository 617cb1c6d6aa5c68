/** Writes the ledger for other programs. See `usage`. */
import { once } from "node:events";
import { parseArgs } from "node:util";
import { csvOf } from "../api/csv.js";
import { openLedger } from "../commands/openLedger.js";
import { type Exporter, exportLedger } from "../commands/publicLog/exportLedger.js";
import { dayOfEvent, type MonetaryEvent } from "../domain/ledger.js";
import { Journal } from "../domain/money/journal.js";
import { nextMonth } from "../domain/time.js";
import { loadConfig } from "../platform/config/config.js";
import { createLog } from "../platform/process/log.js";
import { Refusal } from "../platform/process/refusal.js";
import { publicIdOf } from "../projections/publicId.js";
import type { ReadTables } from "../projections/readTables.js";
import { refuseExtraWords } from "./money/refuseExtraWords.js";
import { readMonth } from "./readMonth.js";
import { toolEnvironment } from "./runningInstance.js";
import { startCount } from "./startCount.js";

const usage = `Writes the ledger to the standard output, from the event store alone. It holds public facts only.

  npm run export-ledger -- --format=hledger [--from YYYY-MM] [--to YYYY-MM]

Into a file, without npm's own lines: npm run -s export-ledger -- --format=hledger > ledger.journal

  --format FORMAT    hledger: the money as a journal of plain-text accounting, for \`hledger check -s\`
                     csv: the money, one row for each line of each entry
                     ndjson: the leaves of the public log, one a line
  --from, --to       the first and the last month of the ledger (default: all)
  --data DIR         the data folder of a running npm start (default .data)
`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    format: { type: "string" },
    from: { type: "string" },
    to: { type: "string" },
    data: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

/** Whoever reads slowly holds us up, and not our memory. */
async function write(text: string | Buffer): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, "drain");
}

const nothing = { begin: () => undefined, skip: () => undefined, onClosed: () => undefined };

function hledger(): Exporter {
  const journal = new Journal();
  return {
    begin: (month) => write(journal.begin(month)),
    skip: (event) => journal.skip(event),
    onMoney: (event) => write(journal.transaction(event, publicIdOf(event))),
    onLeaf: () => undefined,
    onClosed: (month) => write(journal.close(month, nextMonth(month))),
  };
}

const columns = ["id", "type", "month", "day", "account", "amount", "currency"];

/** A table of nothing has its columns too. */
function csv(): Exporter {
  process.stdout.write(csvOf(columns, []));
  return {
    ...nothing,
    onMoney: (event, month) => write(withoutHead(rowsOf(event, month))),
    onLeaf: () => undefined,
  };
}

const rowsOf = (event: MonetaryEvent, month: string): string =>
  csvOf(
    columns,
    event.data.public.postings.map(({ account, amount, currency }) => [
      ...[publicIdOf(event), event.type, month, dayOfEvent(event)],
      ...[account, { amount }, currency],
    ]),
  );

const withoutHead = (table: string): string => table.slice(table.indexOf("\n") + 1);

const ndjson = (): Exporter => ({
  ...nothing,
  onMoney: () => undefined,
  onLeaf: (leaf) => write(Buffer.concat([leaf, Buffer.from("\n")])),
});

const formats = new Map([
  ["hledger", hledger],
  ["csv", csv],
  ["ndjson", ndjson],
]);

async function run(): Promise<void> {
  refuseExtraWords(positionals, 0);
  const exporter = formats.get(options.format ?? "");
  if (exporter === undefined) {
    throw new Refusal(`Name a format with --format: ${[...formats.keys()].join(", ")}.`);
  }
  const from = options.from && readMonth(options.from);
  const to = options.to && readMonth(options.to);
  if (from && to && from > to) throw new Refusal("--from is later than --to.");
  const config = loadConfig(toolEnvironment({ dataDir: options.data, environment: process.env }));
  const { ledger, close } = await openLedger<ReadTables>(config);
  const count = startCount("events read");
  const log = createLog({ name: "export-ledger", level: "warn" });
  try {
    await exportLedger({ ledger, log, onRead: count.add }, { from, to }, exporter());
  } finally {
    count.stop();
    await close();
  }
}

if (options.help) console.log(usage);
else await run();
