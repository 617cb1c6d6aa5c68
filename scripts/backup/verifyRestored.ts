import { z } from "zod";
import { sealedSchema } from "../../domain/message.js";
import { DigestOfEvents, readAllUpTo } from "../../platform/eventStore/copyAll.js";
import { Refusal } from "../../platform/process/refusal.js";
import type { VaultDb } from "../../platform/vault/tables.js";
import type { Restoring } from "./restoreInto.js";

/**
 * Reads it all back. Returns how many keys the events name that the vault lacks.
 * @throws Refusal when it is not what the archive holds
 */
export async function verifyRestored({
  ledger,
  vaultDb,
  about,
}: Pick<Restoring, "ledger" | "vaultDb" | "about">): Promise<number> {
  const digest = new DigestOfEvents();
  const missing = new Set<string>();
  let keyIds = new Set<string>();
  const lookUp = async (): Promise<void> => {
    for (const keyId of await missingOf(vaultDb, [...keyIds])) missing.add(keyId);
    keyIds = new Set();
  };
  const last = (await ledger.store.lastPosition()) ?? 0n;
  for await (const event of readAllUpTo(ledger.store.client, last)) {
    if (digest.count === about.events) break;
    digest.add(event);
    for (const keyId of keysOf(event.data)) keyIds.add(keyId);
    if (keyIds.size >= keysPerLook) await lookUp();
  }
  await lookUp();
  if (digest.count === about.events && digest.end() === about.eventsSha256) return missing.size;
  throw new Refusal("The event store does not hold what the archive does, in its order.");
}

const keysPerLook = 1000;
const sealingSchema = z.object({ sealed: z.record(z.string(), sealedSchema) });

const keysOf = (data: unknown): string[] =>
  Object.values(sealingSchema.safeParse(data).data?.sealed ?? {}).map(({ keyId }) => keyId);

async function missingOf(db: VaultDb, keyIds: readonly string[]): Promise<string[]> {
  if (keyIds.length === 0) return [];
  const query = db.selectFrom("data_key").select("key_id").where("key_id", "in", keyIds);
  const known = new Set((await query.execute()).map(({ key_id }) => key_id));
  return keyIds.filter((keyId) => !known.has(keyId));
}
