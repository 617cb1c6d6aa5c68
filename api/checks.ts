import { ffmpegVersion } from "../platform/audio/ffmpeg.js";
import { pingDatabase } from "../platform/mysql/database.js";
import type { Checks } from "../platform/process/checks.js";
import { pingRedis } from "../platform/redis/connection.js";
import type { AppDependencies } from "./dependencies.js";

type Parts = Pick<AppDependencies, "ledger" | "readDb" | "redis" | "audioCheck" | "blobs">;

/** Everything that the API needs. */
export function checksOf({ ledger, readDb, redis, audioCheck, blobs }: Parts): Checks {
  /** FFmpeg does not come and go while a process runs: asked once it was found. */
  let ffmpegFound = false;
  return {
    "event store": () => ledger.store.askLeader(),
    mysql: () => pingDatabase(readDb),
    redis: () => pingRedis(redis),
    ffmpeg: async () => {
      if (!ffmpegFound) await ffmpegVersion(audioCheck.sandbox);
      ffmpegFound = true;
      await audioCheck.ping();
    },
    "audio folder": () => blobs.ping(),
  };
}
