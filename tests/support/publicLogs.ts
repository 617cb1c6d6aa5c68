import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { handle } from "../../commands/handle.js";
import { signCheckpoint } from "../../commands/publicLog/signCheckpoint.js";
import { treasuryDecider } from "../../domain/treasury/decider.js";
import { newId } from "../../platform/ids.js";
import {
  type CheckpointSigner,
  createCheckpointSigner,
  memoryFileOf,
} from "../../platform/publicLog/checkpointSigner.js";
import { openPublicLog, type PublicLogFiles } from "../../platform/publicLog/publicLogFiles.js";
import { at } from "./donations.js";
import { contextAt, type World } from "./world.js";

export const origin = "obsidian.example/log";

/** A signer of its own over a world's ledger; files and memory lie in the world's folder under this name. */
export async function openTestLog(world: Pick<World, "folder" | "ledger" | "log">, name: string) {
  const files = openPublicLog(`file://${world.folder}/${name}`);
  const keyFile = `${world.folder}/keys-${name}/checkpoint.pem`;
  const signer = await createCheckpointSigner(keyFile, origin);
  const deps = (changed: { files?: PublicLogFiles; signer?: CheckpointSigner }) => ({
    ...{ ledger: world.ledger, log: world.log, files, signer },
    ...changed,
  });
  return {
    files,
    signer,
    memoryFile: memoryFileOf(keyFile),
    sign: (now = at, changed: { files?: PublicLogFiles; signer?: CheckpointSigner } = {}) =>
      signCheckpoint(deps(changed), now),
  };
}

/** So many more leaves: movements of one cent. */
export async function addLeaves({ ledger }: Pick<World, "ledger">, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    const command = {
      type: "MoveFunds",
      treasuryId: newId(),
      from: "stripe",
      to: "bank",
      amount: { amount: "0.01", currency: "EUR" },
      fee: { amount: "0.00", currency: "EUR" },
      reason: "test",
      evidenceSha256: "a".repeat(64),
      at,
    } as const;
    await handle(ledger, treasuryDecider, command, contextAt(at));
  }
}

interface Verifying {
  /** Where the files are, as a path. */
  readonly folder: string;
  readonly key: string;
  /** Signed notes, oldest first. */
  readonly checkpoints: readonly string[];
  readonly entries: readonly Buffer[];
}

/** What Go's own packages say of a log: "verified", or what does not fit. */
export function verifyByGo({ entries, ...given }: Verifying): string {
  const program = fileURLToPath(new URL("../domain/log/go/verify.go", import.meta.url));
  const input = { ...given, entries: entries.map((entry) => entry.toString("base64")) };
  const { stdout, stderr } = spawnSync("go", ["run", program], {
    input: JSON.stringify(input),
    encoding: "utf8",
    env: { ...process.env, GO111MODULE: "off", GOPATH: "/usr/share/gocode", GOFLAGS: "" },
  });
  return `${stdout}${stderr}`.trim();
}
