/** Suspends and reinstates nodes, and accepts payees that are held. See `usage`. */
import { parseArgs } from "node:util";
import { handle, type Ledger } from "../commands/handle.js";
import type { Manual } from "../domain/donation/commands.js";
import { nodeDecider } from "../domain/node/decider.js";
import { operatorDecider } from "../domain/operator/decider.js";
import { newId } from "../platform/ids.js";
import { Refusal } from "../platform/process/refusal.js";
import * as tool from "./money/ledgerTool.js";
import { refuseExtraWords } from "./money/refuseExtraWords.js";
import { readId } from "./readId.js";

const usage = `Suspends nodes and reinstates them, and accepts payees that wait for a maintainer.

  npm run nodes -- suspend NODE --reason … --evidence FILE
  npm run nodes -- reinstate NODE --reason … --evidence FILE
  npm run nodes -- accept-payee OPERATOR PAYEE --reason … --evidence FILE

  suspend            the node gets no work, and its unpaid shares are held; its operator reads the reason
  accept-payee       an operator named a payout account that was another's first: both are paid there now
  NODE, OPERATOR, PAYEE   whole ids, as /workers/status and the alert show them
${tool.manualUsage}${tool.commonUsage}`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { ...tool.commonOptions, ...tool.manualOptions },
});

if (options.help) console.log(usage);
else await change();

type Context = ReturnType<typeof tool.contextOfMaintainer>;
type Work = (
  ledger: Ledger,
  context: Context,
) => Promise<{ readonly position: bigint | undefined }>;

async function change(): Promise<void> {
  const manual = await tool.readManual(options);
  const work = readWork(manual);
  const context = tool.contextOfMaintainer(newId(), options.maintainer);
  const { position } = await tool.withLedger(options.data, ({ ledger }) => work(ledger, context));
  const isNew = position !== undefined;
  if (options.json) console.log(JSON.stringify({ isNew, actor: context.actor }));
  else if (isNew) console.log(`Recorded, entered by ${context.actor}.`);
  else console.log("The ledger already has this: nothing was added.");
}

function readWork(manual: Manual): Work {
  const [verb, first, second] = positionals;
  switch (verb) {
    case "suspend":
    case "reinstate": {
      refuseExtraWords(positionals, 2);
      const nodeId = readId("node", first);
      const type = verb === "suspend" ? "SuspendNode" : "ReinstateNode";
      return (ledger, context) =>
        handle(ledger, nodeDecider, { type, nodeId, at: context.at, ...manual }, context);
    }
    case "accept-payee": {
      refuseExtraWords(positionals, 3);
      const about = { operatorId: readId("operator", first), payeeId: readId("payee", second) };
      const type = "AcceptPayee";
      return (ledger, context) =>
        handle(ledger, operatorDecider, { type, ...about, at: context.at, ...manual }, context);
    }
    default:
      throw new Refusal(
        "The first argument must be suspend, reinstate or accept-payee. See --help.",
      );
  }
}
