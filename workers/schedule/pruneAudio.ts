import { filesToRemove } from "../../domain/audio/keptFiles.js";
import { audioFolderBytesHardMax, audioFolderBytesMax, audioKeptMs } from "../../domain/limits.js";
import { epochMs, type Instant } from "../../domain/time.js";
import type { Blobs } from "../../platform/blobs.js";
import { isOutage } from "../../platform/process/outage.js";
import { findHolders } from "../../platform/redis/audioHolders.js";
import type { RedisClient } from "../../platform/redis/connection.js";
import type { SweepEach } from "../sweepEach.js";

export interface Pruning {
  readonly blobs: Blobs;
  readonly redis: RedisClient;
  readonly sweepEach: SweepEach;
}

/** Who holds the files is asked only where they are too many. */
export async function pruneAudio(
  { blobs, redis, sweepEach }: Pruning,
  at: Instant,
  bytesMax = { soft: audioFolderBytesMax, hard: audioFolderBytesHardMax },
): Promise<void> {
  const files = await blobs.list();
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const names = bytes > bytesMax.soft ? files.map(({ name }) => name) : [];
  const holders = await holdersOf(redis, names);
  const limits = { nowMs: epochMs(at), keptMs: audioKeptMs };
  await sweepEach({
    name: "prune audio",
    rows: filesToRemove(
      files.map((file) => ({ ...file, holder: holders.get(file.name) })),
      { ...limits, bytesMax: bytesMax.soft, bytesHardMax: bytesMax.hard },
    ),
    keyOf: (name) => name,
    work: (name) => blobs.remove(name),
  });
}

/** While Redis is away nobody is known to have fetched anything, so only the hard limit counts. */
async function holdersOf(redis: RedisClient, names: readonly string[]) {
  try {
    return await findHolders(redis, names);
  } catch (error) {
    if (isOutage(error)) return new Map<string, never>();
    throw error;
  }
}
