import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { userInfo } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { contextOf } from "../../commands/context.js";
import type { Ledger } from "../../commands/handle.js";
import { openLedger } from "../../commands/openLedger.js";
import type { Manual } from "../../domain/donation/commands.js";
import { DomainError } from "../../domain/errors.js";
import { second } from "../../domain/limits.js";
import { type Config, loadConfig } from "../../platform/config/config.js";
import { readLedgerId } from "../../platform/eventStore/ledgerId.js";
import { systemClock } from "../../platform/process/clock.js";
import { Refusal } from "../../platform/process/refusal.js";
import type { VaultDb } from "../../platform/vault/tables.js";
import { distributions } from "../../projections/distributions/projection.js";
import { donations } from "../../projections/donations/projection.js";
import { entries } from "../../projections/entries/projection.js";
import { months } from "../../projections/months/projection.js";
import type { ReadDb, ReadTables } from "../../projections/readTables.js";
import { shares } from "../../projections/shares/projection.js";
import { takeBacks } from "../../projections/takeBacks/projection.js";
import { tenures } from "../../projections/tenures/projection.js";
import { treasury } from "../../projections/treasury/projection.js";
import { webhooks } from "../../projections/webhooks/projection.js";
import { toolEnvironment } from "../runningInstance.js";
import { readLine } from "./readLine.js";

/** What a command that works on the ledger is made of. */
export interface LedgerTool {
  readonly config: Config;
  readonly ledger: Ledger;
  readonly readDb: ReadDb;
  readonly vaultDb: VaultDb;
}

export const commonOptions = {
  json: { type: "boolean", default: false },
  data: { type: "string" },
  help: { type: "boolean", default: false },
} as const;

export const commonUsage = `  --json             prints one JSON object instead
  --data DIR         the data folder of a running npm start (default .data)
`;

/** For commands that change something. */
export const manualOptions = {
  reason: { type: "string" },
  evidence: { type: "string" },
  maintainer: { type: "string" },
} as const;

export const manualUsage = `  --reason TEXT      why; the ledger records it
  --evidence FILE    the statement or invoice that proves it; the ledger records its SHA-256
  --maintainer NAME  who enters it (default: your login name)
`;

/** Opens the ledger, waits until the read models hold all of it, works, and closes everything. */
export async function withLedger<Result>(
  dataDir: string | undefined,
  work: (tool: LedgerTool) => Promise<Result>,
): Promise<Result> {
  const environment = toolEnvironment({ dataDir, environment: process.env });
  const config = loadConfig(environment);
  const { ledger, store, readDb, vaultDb, close } = await openLedger<ReadTables>(config);
  try {
    await readLedgerId(store);
    await untilProjected({ ledger, readDb });
    return await work({ config, ledger, readDb, vaultDb });
  } catch (error) {
    throw error instanceof DomainError ? new Refusal(error.message) : error;
  } finally {
    await close();
  }
}

/** The read models by which money is entered, reconciled, shared out and taken back. */
const decisive = [
  ...[distributions, donations, entries, months, shares],
  ...[takeBacks, tenures, treasury, webhooks],
].map(({ name }) => name);
const projectedMsMax = 30 * second;
const lookMs = 100;

/** What is decided by a read model must not be decided by an old one. @throws Refusal */
export async function untilProjected({
  ledger: { store },
  readDb,
}: Pick<LedgerTool, "ledger" | "readDb">): Promise<void> {
  const target = (await store.lastPosition()) ?? 0n;
  const startedAt = performance.now();
  for (;;) {
    const rows = await readDb
      .selectFrom("read_checkpoint")
      .select(["projection", "position"])
      .where("projection", "in", decisive)
      .execute();
    const behind = rows.filter(({ position }) => position === null || BigInt(position) < target);
    if (rows.length > 0 && behind.length === 0) return;
    if (performance.now() - startedAt > projectedMsMax) {
      const names = behind.map(({ projection }) => projection).join(", ") || "all of them";
      throw new Refusal(
        `The read models are behind the events (${names}). Is the projector running? Its log shows ` +
          "where it stopped.",
      );
    }
    await pause(lookMs);
  }
}

/** @throws Refusal when something is missing */
export async function readManual(options: {
  readonly reason?: string | undefined;
  readonly evidence?: string | undefined;
}): Promise<Manual> {
  const { reason, evidence } = options;
  if (reason === undefined || reason.trim() === "") {
    throw new Refusal("Say why with --reason: the ledger records it.");
  }
  if (evidence === undefined) {
    throw new Refusal("Name the document that proves it with --evidence FILE.");
  }
  return { reason: readLine("--reason", reason), evidenceSha256: await sha256OfEvidence(evidence) };
}

/** @throws Refusal when there is no such file */
async function sha256OfEvidence(file: string): Promise<string> {
  if (!existsSync(file)) throw new Refusal(`There is no file ${file}.`);
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

const maintainerForm = /^[\w.@+-]{1,64}$/;

/** Who, when and as which command: the same command again finds nothing to do. */
export function contextOfMaintainer(commandId: string, maintainer: string | undefined) {
  const name = maintainer ?? userInfo().username;
  if (!maintainerForm.test(name)) {
    throw new Refusal("--maintainer must be letters, digits and . @ + - _, at most 64.");
  }
  return contextOf({ commandId, actor: `maintainer:${name}`, at: systemClock.now() });
}
