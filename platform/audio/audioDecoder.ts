import { open, readFile, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { type PcmFormat, wavHeader } from "../../domain/audio/writeWav.js";
import { newId } from "../ids.js";
import { makeTemporaryFolder } from "../process/temporaryFolder.js";
import { FfmpegError, type FfmpegLimits } from "./ffmpeg.js";
import { FfmpegHost } from "./ffmpegHost.js";

export interface Decoded {
  /** Interleaved 16-bit little-endian samples at the rate of the input. */
  readonly pcm: Uint8Array;
  /** What FFmpeg printed, with the measurements of its filters. */
  readonly report: string;
}

export interface AudioDecoder {
  /** @throws FfmpegError */
  decode(format: PcmFormat, data: Uint8Array): Promise<Decoded>;
  /** Resolves when what runs FFmpeg answers. @throws FfmpegError */
  ping(): Promise<void>;
  /** Kills what runs: those calls fail, and so do later ones. */
  close(): void;
}

/**
 * Hands audio to FFmpeg and takes the result, each as a file in a folder of their own: through pipes
 * it would come in dozens of small buffers, and that garbage was a third of what this process spends
 * on a file.
 */
export function createAudioDecoder(limits: FfmpegLimits): AudioDecoder {
  const temporary = makeTemporaryFolder("audio");
  const folder = temporary.path;
  const host = new FfmpegHost(folder, limits);
  return {
    async decode(format, data) {
      const wavFile = join(folder, `${newId()}.wav`);
      try {
        await writeWav(wavFile, format, data);
        const { report, outputFile } = await host.convert(wavFile);
        return { report, pcm: await takeOutput(outputFile, format, data) };
      } catch (cause) {
        if (cause instanceof FfmpegError) throw cause;
        throw new FfmpegError("FAILED", "The file could not be handed to FFmpeg.", { cause });
      } finally {
        await unlink(wavFile).catch(() => undefined);
      }
    },
    ping: () => host.ping(),
    close() {
      host.close();
      temporary.remove();
    },
  };
}

async function writeWav(file: string, format: PcmFormat, data: Uint8Array): Promise<void> {
  const handle = await open(file, "wx", 0o600);
  try {
    await handle.writev([wavHeader(format, data.length), data]);
  } finally {
    await handle.close();
  }
}

/**
 * 16 bits pass FFmpeg untouched (ffmpeg.ts), so what came out is what went in: megabytes that need not
 * be read again.
 */
async function takeOutput(
  file: string,
  { bitsPerSample }: PcmFormat,
  data: Uint8Array,
): Promise<Uint8Array> {
  try {
    const { size } = await stat(file);
    if (size === (data.length / bitsPerSample) * 16) {
      return bitsPerSample === 16 ? data : await readFile(file);
    }
    throw new FfmpegError("FAILED", "FFmpeg did not write as much audio as it was given.");
  } finally {
    await unlink(file).catch(() => undefined);
  }
}
