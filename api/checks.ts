import { ffmpegVersion } from "../platform/audio/ffmpeg.js";
import type { Checks } from "../platform/process/checks.js";
import { serverChecks } from "../platform/process/serverChecks.js";
import type { AppDependencies } from "./dependencies.js";

type Parts = Pick<AppDependencies, "ledger" | "readDb" | "redis" | "audioCheck" | "blobs">;

/** Everything that the API needs. */
export function checksOf({ ledger, readDb, redis, audioCheck, blobs }: Parts): Checks {
  /** FFmpeg does not come and go while a process runs: asked once it was found. */
  let ffmpegFound = false;
  return {
    ...serverChecks({ store: ledger.store, db: readDb, redis }),
    ffmpeg: async () => {
      if (!ffmpegFound) await ffmpegVersion(audioCheck.sandbox);
      ffmpegFound = true;
      await audioCheck.ping();
    },
    "audio folder": () => blobs.ping(),
  };
}
