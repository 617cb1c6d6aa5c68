import type { Redis } from "ioredis";
import { uploadCheckMs } from "../../domain/limits.js";

const keyOf = (generationId: string): string => `arrival:${generationId}`;

/** An upload is here whole and being checked: who would give its request up waits for that. */
export async function noteArrival(redis: Redis, generationId: string): Promise<void> {
  await redis.set(keyOf(generationId), 1, "PX", uploadCheckMs);
}

/** The check is over. */
export async function removeArrival(redis: Redis, generationId: string): Promise<void> {
  await redis.del(keyOf(generationId));
}

export const hasArrival = async (redis: Redis, generationId: string): Promise<boolean> =>
  (await redis.exists(keyOf(generationId))) === 1;
