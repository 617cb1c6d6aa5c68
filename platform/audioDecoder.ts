import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PcmFormat } from "../domain/wav.js";
import { FfmpegError, type FfmpegLimits } from "./ffmpeg.js";
import { type Decoded, type FfmpegRun, startFfmpeg } from "./ffmpegRun.js";
import { newId } from "./ids.js";

export interface AudioDecoder {
  /** @throws FfmpegError */
  decode(format: PcmFormat, data: Uint8Array): Promise<Decoded>;
  /** Kills what runs: those calls fail, and so do later ones. */
  close(): void;
}

/**
 * Loading its libraries is nineteen twentieths of FFmpeg's work for a loop, so one process that has
 * done so always waits for the next file. Each still sees one file only.
 */
export function createAudioDecoder(limits: FfmpegLimits): AudioDecoder {
  const folder = mkdtempSync(join(tmpdir(), "obsidian-audio-"));
  const start = (): FfmpegRun => startFfmpeg(join(folder, newId()), limits);
  let isClosed = false;
  let spare = start();
  const running = new Set<FfmpegRun>();
  return {
    async decode(format, data) {
      if (isClosed) throw new FfmpegError("FAILED", "The audio check is closed.");
      const run = spare.hasEnded() ? start() : spare;
      running.add(run);
      const decoded = run.decode(format, data);
      spare = start();
      try {
        return await decoded;
      } finally {
        running.delete(run);
      }
    },
    close() {
      isClosed = true;
      for (const run of [spare, ...running]) run.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
