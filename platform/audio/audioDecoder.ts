import { randomUUID } from "node:crypto";
import { stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { type PcmFormat, wavHeader } from "../../domain/audio/writeWav.js";
import { sizeOf } from "../../domain/byteRange.js";
import { type FileRange, writeAndRemove } from "../fileParts.js";
import { keepFolder, makeTemporaryFolder } from "../process/temporaryFolder.js";
import { FfmpegError, type FfmpegLimits } from "./ffmpeg.js";
import { FfmpegHost } from "./ffmpegHost.js";
import type { Sound } from "./listenTo.js";
import { type ReceivedFile, receiveFile } from "./receivedFile.js";
import type { Sandbox } from "./sandbox.js";

export interface Decoded {
  /** Interleaved 16-bit little-endian samples at the rate of the input. */
  readonly pcm: FileRange;
  /** What FFmpeg printed, with the measurements of its filters. */
  readonly report: string;
  readonly sound: Sound;
  /** Removes `pcm`, unless it lies in the file that was decoded. */
  remove(): Promise<void>;
}

export interface AudioDecoder {
  receive(body: Readable): Promise<ReceivedFile>;
  /** `data` are the samples of a file that was received. @throws FfmpegError */
  decode(format: PcmFormat, data: FileRange): Promise<Decoded>;
  /** Resolves when what runs FFmpeg answers, and files can be written for it. */
  ping(): Promise<void>;
  /** Kills what runs: those calls fail, and so do later ones. */
  close(): void;
}

/** Hands audio to FFmpeg and takes the result, each as a file: none of it comes into this process. */
export function createAudioDecoder(limits: FfmpegLimits, sandbox: Sandbox): AudioDecoder {
  const temporary = makeTemporaryFolder("audio");
  const folder = temporary.path;
  const host = new FfmpegHost(folder, limits, sandbox);
  return {
    receive: (body) => receiveFile(folder, body),
    async decode(format, data) {
      keepFolder(folder);
      const header = Buffer.from(wavHeader(format, sizeOf(data))).toString("base64");
      const audio = { header, sampleRate: format.sampleRate, data };
      const { report, sound, outputFile } = await host.convert(audio);
      return { report, sound, ...(await takeOutput(outputFile, format, data)) };
    },
    async ping() {
      keepFolder(folder);
      await Promise.all([host.ping(), writeAndRemove(join(folder, `${randomUUID()}.tried`))]);
    },
    close() {
      host.close();
      temporary.remove();
    },
  };
}

/**
 * 16 bits pass FFmpeg untouched (ffmpeg.ts), so what came out is what went in: megabytes that need not
 * be read again.
 */
async function takeOutput(
  file: string,
  { bitsPerSample }: PcmFormat,
  data: FileRange,
): Promise<Pick<Decoded, "pcm" | "remove">> {
  const remove = () => unlink(file).catch(() => undefined);
  const { size } = await stat(file);
  const isWhole = size === (sizeOf(data) / bitsPerSample) * 16;
  if (!isWhole || bitsPerSample === 16) await remove();
  if (!isWhole) {
    throw new FfmpegError("FAILED", "FFmpeg did not write as much audio as it was given.");
  }
  if (bitsPerSample === 16) return { pcm: data, remove: async () => undefined };
  return { pcm: { path: file, start: 0, end: size }, remove };
}
