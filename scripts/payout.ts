/** Pays operators. See `usage`. */
import { parseArgs } from "node:util";
import { Refusal } from "../platform/process/refusal.js";
import { commonOptions, commonUsage, withLedger } from "./money/ledgerTool.js";
import { refuseExtraWords } from "./money/refuseExtraWords.js";
import { approve, withdraw } from "./payouts/decide.js";
import { fail } from "./payouts/fail.js";
import { exportFile, importFile } from "./payouts/files.js";
import { type PayoutTool, payoutContext } from "./payouts/options.js";
import { plan } from "./payouts/plan.js";
import { send } from "./payouts/send.js";
import { list, show } from "./payouts/show.js";

const usage = `Pays operators what they are owed: planned in batches, approved, sent, and each share once. Running any
of it again, or twice at once, pays nothing twice. docs/payouts.md explains it.

  npm run payout -- plan [--dry-run] [--accept-single]
  npm run payout -- list
  npm run payout -- show <batch>
  npm run payout -- approve <batch> --digest HEX [--accept PAYOUT … --reason TEXT] [--accept-single]
  npm run payout -- withdraw <batch> <payout> --reason TEXT
  npm run payout -- send <batch>
  npm run payout -- export <batch> --out FILE
  npm run payout -- fail <batch> <payout> --reason TEXT --evidence FILE --covers-until YYYY-MM-DD
  npm run payout -- import <batch> <file> --evidence FILE --covers-until YYYY-MM-DD

  plan               what is due by method and currency, and what stays and why. --dry-run writes nothing
  approve            exactly what show printed, named by its digest; a change voids it
  --accept PAYOUT    a flagged payout is right; --reason says why. Once for each
  --accept-single    one payee alone: everybody can see which nodes are theirs, and they were told
  withdraw           a payout leaves a batch that is not sent
  send               by Stripe or PayPal. Exit code 2: of some payouts nobody knows yet; run it again
  fail               a person looked at the statement or the provider's list: this payout never left
  export, import     the file for the bank or a person, and back with a status in each row
  --evidence FILE    the statement that shows it; the ledger records its SHA-256
  --covers-until DAY the last day of that statement
  --maintainer NAME  who does it (default: your login name)
${commonUsage}`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ...commonOptions,
    "dry-run": { type: "boolean", default: false },
    "accept-single": { type: "boolean", default: false },
    accept: { type: "string", multiple: true },
    digest: { type: "string" },
    reason: { type: "string" },
    out: { type: "string" },
    evidence: { type: "string" },
    "covers-until": { type: "string" },
    maintainer: { type: "string" },
  },
});

const verbs: Readonly<Record<string, (tool: PayoutTool) => Promise<void>>> = {
  ...{ plan, list, show, approve, withdraw, send, fail },
  ...{ export: exportFile, import: importFile },
};

if (options.help) console.log(usage);
else await run();

async function run(): Promise<void> {
  refuseExtraWords(positionals, 3);
  const verb = verbs[positionals[0] ?? ""];
  if (verb === undefined) {
    throw new Refusal(
      `The first argument must be one of ${Object.keys(verbs).join(", ")}. See --help.`,
    );
  }
  const context = payoutContext(options);
  await withLedger(options.data, (tool) => verb({ ...tool, options, words: positionals, context }));
}
