import { vaultDecider } from "../../domain/vault/decider.js";
import { reactionId } from "../../platform/ids.js";
import {
  type DestroyedKey,
  listUnrecordedOf,
  markDestructionRecorded,
} from "../../platform/vault/erasure.js";
import type { VaultDb } from "../../platform/vault/tables.js";
import { contextOf } from "../context.js";
import { handle, type Ledger } from "../handle.js";

export interface RecordingDestruction {
  readonly ledger: Ledger;
  readonly vaultDb: VaultDb;
}

/** Writes DataKeyDestroyed for a destroyed key that the ledger does not record yet. */
export async function recordDestroyedKey(
  { ledger, vaultDb }: RecordingDestruction,
  { keyId, purpose, reason, destroyedAt: at }: DestroyedKey,
): Promise<void> {
  const command = { type: "RecordDestruction" as const, keyId, purpose, reason, at };
  const commandId = reactionId(keyId, "tell");
  await handle(ledger, vaultDecider, command, contextOf({ commandId, actor: "scheduler", at }));
  await markDestructionRecorded(vaultDb, keyId);
}

/** The same for all keys of a person that were destroyed. */
export async function recordDestroyedKeysOf(
  deps: RecordingDestruction,
  personId: string,
): Promise<void> {
  for (const key of await listUnrecordedOf(deps.vaultDb, personId)) {
    await recordDestroyedKey(deps, key);
  }
}
