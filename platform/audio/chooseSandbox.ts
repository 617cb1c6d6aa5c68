import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type PcmFormat, wavHeader } from "../../domain/audio/writeWav.js";
import { makeTemporaryFolder } from "../process/temporaryFolder.js";
import { FfmpegError, ffmpegLimits } from "./ffmpeg.js";
import { startFfmpeg } from "./ffmpegRun.js";
import { plainSandbox, type Sandbox } from "./sandbox.js";

export interface ChosenSandbox extends Sandbox {
  /** What would be tighter, and why it does not work here. */
  readonly refused: readonly string[];
}

const format: PcmFormat = { sampleRate: 44_100, channels: 2, bitsPerSample: 16 };
const silence = new Uint8Array(4_400);
const header = Buffer.from(wavHeader(format, silence.length)).toString("base64");

/** Decides how FFmpeg is shut in, by letting it convert a file in each way until one works. */
export async function chooseSandbox(): Promise<ChosenSandbox> {
  const refused: string[] = [];
  for (const sandbox of candidates()) {
    const problem = await problemOf(sandbox);
    if (problem === undefined) return { ...sandbox, refused };
    const without = sandbox.dropsUser ? "" : " without another user";
    refused.push(`${sandbox.kind}${without}: ${problem}`);
  }
  // FFmpeg itself does not run: the readiness check says so until it does.
  return { ...plainSandbox, refused };
}

/** The tightest first. On Linux it never runs without limits: prlimit is part of every system. */
const candidates = (): readonly Sandbox[] =>
  process.platform === "linux" ? ["bubblewrap" as const, "limits" as const].flatMap(ways) : [];

const ways = (kind: Sandbox["kind"]): readonly Sandbox[] => [
  ...(process.getuid?.() === 0 ? [{ kind, dropsUser: true }] : []),
  { kind, dropsUser: false },
];

/** Why FFmpeg can't work in such a sandbox; undefined when it can. */
async function problemOf(sandbox: Sandbox): Promise<string | undefined> {
  const temporary = makeTemporaryFolder("sandbox");
  const path = join(temporary.path, "silence");
  try {
    await writeFile(path, silence);
    const run = startFfmpeg(join(temporary.path, "decoded"), ffmpegLimits, sandbox);
    const data = { path, start: 0, end: silence.length };
    await run.decode({ header, sampleRate: format.sampleRate, data });
    return undefined;
  } catch (error) {
    const cause = error instanceof FfmpegError ? (error.cause ?? error) : error;
    return cause instanceof Error ? cause.message.trim() : String(cause);
  } finally {
    temporary.remove();
  }
}
