/** Gives somebody's day back. See `usage`. */
import { parseArgs } from "node:util";
import { handle } from "../commands/handle.js";
import { openLedger } from "../commands/openLedger.js";
import { DomainError } from "../domain/errors.js";
import { quotaDecider, usedOf } from "../domain/quota/decider.js";
import { dayOf } from "../domain/time.js";
import { loadConfig } from "../platform/config/config.js";
import { newId } from "../platform/ids.js";
import { Refusal } from "../platform/process/refusal.js";
import { findPerson } from "../platform/vault/handles.js";
import type { ReadTables } from "../projections/readTables.js";
import { commonOptions, commonUsage, contextOfMaintainer } from "./money/ledgerTool.js";
import { readLine } from "./money/readLine.js";
import { refuseExtraWords } from "./money/refuseExtraWords.js";
import { toolEnvironment } from "./runningInstance.js";

const usage = `Gives back what somebody has used of today's generations (UTC). What is still being made stays counted.

  npm run reset-user-quota -- EMAIL --reason TEXT

  EMAIL              the address of the account
  --reason TEXT      why; the ledger records it
  --maintainer NAME  who does it (default: your login name)
${commonUsage}`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { ...commonOptions, reason: { type: "string" }, maintainer: { type: "string" } },
});

if (options.help) console.log(usage);
else await reset();

async function reset(): Promise<void> {
  refuseExtraWords(positionals, 1);
  const [email] = positionals;
  if (email === undefined) throw new Refusal("Name the address of the account. See --help.");
  if (!options.reason?.trim()) throw new Refusal("Say why with --reason: the ledger records it.");
  const reason = readLine("--reason", options.reason);
  const config = loadConfig(toolEnvironment({ dataDir: options.data, environment: process.env }));
  const { ledger, vault, vaultDb, close } = await openLedger<ReadTables>(config);
  try {
    const userId = await findPerson(vaultDb, "email", vault.digestOf("email", email));
    if (userId === undefined) throw new Refusal("No account has this address.");
    const context = contextOfMaintainer(newId(), options.maintainer);
    const { at } = context;
    const command = { type: "ResetQuota" as const, userId, day: dayOf(at), at, reason };
    const { state, position } = await handle(ledger, quotaDecider, command, context);
    report({ day: command.day, isNew: position !== undefined, used: usedOf(state) });
  } catch (error) {
    throw error instanceof DomainError ? new Refusal(error.message) : error;
  } finally {
    await close();
  }
}

function report(result: { day: string; isNew: boolean; used: number }): void {
  const { day, isNew, used } = result;
  if (options.json) console.log(JSON.stringify(result));
  else if (isNew) console.log(`The day ${day} is given back; ${used} are still being made.`);
  else console.log(`Nothing of ${day} was spent: nothing was changed.`);
}
