import type { Redis } from "ioredis";
import type { FileHolder } from "../../domain/audio/keptFiles.js";
import { audioKeptMs, minute } from "../../domain/limits.js";
import { setFields } from "./expiringHash.js";

/** Who asked for each file of the last hour, and whether they have it: for the share that each may hold. */

const keyOf = (file: string): string => `audio-holder:${file}`;
/** Longer than the file. */
const keptMs = audioKeptMs + 5 * minute;
const filesPerLook = 500;

export async function noteHolder(
  redis: Redis,
  file: string,
  { account, block }: Pick<FileHolder, "account" | "block">,
): Promise<void> {
  await setFields(redis, keyOf(file), { account, ...(block !== undefined && { block }) }, keptMs);
}

/** Sent to its last byte. Nothing is noted of a file that is gone. */
export async function noteDelivered(redis: Redis, file: string): Promise<void> {
  const key = keyOf(file);
  await redis.eval(deliveredScript, 1, key);
}
const deliveredScript = `
  if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HSET', KEYS[1], 'delivered', 'yes') end`;

/** Of those that are known. */
export async function findHolders(
  redis: Redis,
  files: readonly string[],
): Promise<ReadonlyMap<string, FileHolder>> {
  const found = new Map<string, FileHolder>();
  for (let from = 0; from < files.length; from += filesPerLook) {
    const some = files.slice(from, from + filesPerLook);
    const all = await Promise.all(some.map((file) => redis.hgetall(keyOf(file))));
    all.forEach(({ account, block, delivered }, index) => {
      const file = some[index];
      if (file === undefined || account === undefined) return;
      found.set(file, { account, block, isDelivered: delivered === "yes" });
    });
  }
  return found;
}
