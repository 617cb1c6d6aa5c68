import { execFile } from "node:child_process";
import { constants } from "node:os";
import { promisify } from "node:util";
import { silenceDb, silenceSecondsMin } from "../../domain/audio/audioRules.js";
import { plainSandbox, type Sandbox, type SandboxLimits, shutIn, withOutput } from "./sandbox.js";

/** What one run may use. */
export interface FfmpegLimits extends SandboxLimits {
  /** From the first byte of the file to the last of the result. */
  readonly wallMs: number;
}
export const ffmpegLimits: FfmpegLimits = {
  // The longest loop there is, 30 s at 192 kHz and 24 bits, needs less than one.
  cpuSeconds: 10,
  // FFmpeg's libraries alone map 300 MB.
  memoryBytes: 1024 ** 3,
  // 30 s at 192 kHz are 23 MB.
  outputBytes: 32 * 1024 ** 2,
  wallMs: 20_000,
};
const versionWallMs = 10_000;

export interface FfmpegCommand {
  readonly program: string;
  readonly inputOptions: readonly string[];
  readonly outputOptions: readonly string[];
}

/** What a shell opens for it (sandbox.ts). */
export const ffmpegOutput = "pipe:3";

/**
 * The same for every file. Demuxer, decoders and protocol are fixed, so nothing in a file can choose
 * others; its header is ours and true, so nothing needs probing. 16 bits pass through untouched, 24
 * bits are dithered to 16. Bare samples go to `outputFile`.
 */
export function ffmpegCommand(
  outputFile: string,
  limits: FfmpegLimits = ffmpegLimits,
  sandbox: Sandbox = plainSandbox,
): FfmpegCommand {
  const shut = shutIn(sandbox, limits, "ffmpeg");
  const [program = "", ...launch] = withOutput(outputFile, shut);
  const filters = [
    "aresample=osf=s16:dither_method=triangular",
    `silencedetect=noise=${silenceDb}dB:duration=${silenceSecondsMin}`,
    "volumedetect",
  ];
  return {
    program,
    inputOptions: [
      ...[...launch, "-hide_banner", "-nostdin", "-nostats"],
      ...["-threads", "1", "-filter_threads", "1"],
      ...["-protocol_whitelist", "pipe", "-codec_whitelist", "pcm_s16le,pcm_s24le"],
      ...["-probesize", "32", "-analyzeduration", "0", "-f", "wav"],
    ],
    outputOptions: ["-af", filters.join(), "-flush_packets", "0", "-f", "s16le"],
  };
}

/** The arguments as the operating system gets them. */
export const argumentsOf = (command: FfmpegCommand): readonly string[] => [
  ...[...command.inputOptions, "-i", "pipe:0"],
  ...[...command.outputOptions, ffmpegOutput],
];

/** CRASHED is the only one that may be the file's doing; the others are ours. */
export type FfmpegFailure = "CRASHED" | "TOOK_TOO_LONG" | "FAILED";

/** FFmpeg came to no result. */
export class FfmpegError extends Error {
  override readonly name = "FfmpegError";
  readonly failure: FfmpegFailure;

  constructor(failure: FfmpegFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}

const crashSignal = /signal (SIGSEGV|SIGBUS|SIGILL|SIGFPE|SIGABRT|SIGSYS)\b/;
/** The same signals, as bubblewrap tells them: 128 and their numbers. */
const crashCode = /exited with code (139|135|132|136|134|159)\b/;
const cpuLimitSignal = `received signal ${constants.signals.SIGXCPU}`;

/** Reads from what a run failed with whose doing it was. */
export function ffmpegError(cause: unknown): FfmpegError {
  const text = cause instanceof Error ? cause.message : String(cause);
  const crashed =
    [crashSignal, crashCode].some((sign) => sign.test(text)) || text.includes(cpuLimitSignal);
  const message = "FFmpeg did not finish; the cause says more. It needs ffmpeg and util-linux.";
  return new FfmpegError(crashed ? "CRASHED" : "FAILED", message, { cause });
}

/**
 * For the readiness check: the version that runs under the same limits, e.g. "5.1.9".
 * @throws FfmpegError when there is none
 */
export async function ffmpegVersion(sandbox: Sandbox = plainSandbox): Promise<string> {
  const [program = "", ...launch] = shutIn(sandbox, ffmpegLimits, "ffmpeg");
  try {
    const options = { timeout: versionWallMs };
    const { stdout } = await promisify(execFile)(program, [...launch, "-version"], options);
    return /^ffmpeg version (\S+)/.exec(stdout)?.[1] ?? "unknown";
  } catch (error) {
    throw ffmpegError(error);
  }
}
