import { vaultDecider } from "../../domain/vault/decider.js";
import { reactionId } from "../../platform/ids.js";
import {
  listUnrecordedDestructions,
  markDestructionRecorded,
} from "../../platform/vault/erasure.js";
import type { VaultDb } from "../../platform/vault/tables.js";
import { contextOf } from "../context.js";
import { handle, type Ledger } from "../handle.js";

const keysPerRun = 1000;
const runsMax = 1000;

/** Writes DataKeyDestroyed for every destroyed key that the ledger does not tell of yet. */
export async function recordDestroyedKeys(ledger: Ledger, vaultDb: VaultDb): Promise<void> {
  for (let run = 0; run < runsMax; run += 1) {
    const keys = await listUnrecordedDestructions(vaultDb, keysPerRun);
    for (const { keyId, purpose, reason, destroyedAt: at } of keys) {
      const command = { type: "RecordDestruction" as const, keyId, purpose, reason, at };
      const commandId = reactionId(keyId, "tell");
      await handle(ledger, vaultDecider, command, contextOf({ commandId, actor: "scheduler", at }));
      await markDestructionRecorded(vaultDb, keyId);
    }
    if (keys.length < keysPerRun) return;
  }
}
