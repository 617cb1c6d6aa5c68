import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, readlinkSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { wavHeader } from "../../domain/audio/writeWav.js";
import {
  type AudioCheck,
  checksAtOnceMax,
  createAudioCheck,
  type ReadFile,
} from "../../platform/audio/audioCheck.js";
import { chooseSandbox } from "../../platform/audio/chooseSandbox.js";
import {
  argumentsOf,
  FfmpegError,
  ffmpegCommand,
  ffmpegLimits,
  ffmpegVersion,
} from "../../platform/audio/ffmpeg.js";
import { sparesMax, startFfmpeg } from "../../platform/audio/ffmpegRun.js";
import { audioOnDisk } from "../support/audioOnDisk.js";
import { childrenOf, descendantsOf } from "../support/shutIn.js";
import { temporaryFolder } from "../support/temporaryFolder.js";
import { cdQuality, renderPcm, renderWav, toneBursts } from "../support/testAudio.js";

const frames = 44_100;
const asked = { sampleRate: cdQuality.sampleRate, frames };
let file: ReadFile;
beforeEach(async () => {
  file = await audioOnDisk(renderWav(cdQuality, frames));
});

const sandbox = await chooseSandbox();
const opened = new Set<AudioCheck>();

/** An audio check of the test's own, closed when the test is done. */
function openCheck(limits = ffmpegLimits): AudioCheck {
  const audioCheck = createAudioCheck(sandbox, limits);
  opened.add(audioCheck);
  return audioCheck;
}

async function failureOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof FfmpegError)) throw new Error("It did not fail in FFmpeg.");
  return error.failure;
}

/** Process ids of this many FFmpegs of ours, as soon as there are so many. Linux only. */
async function ffmpegCount(count: number): Promise<number[]> {
  const options = { timeout: 10_000, interval: 5 };
  return vi.waitUntil(() => {
    const pids = ffmpegPids();
    return pids.length === count ? pids : undefined;
  }, options);
}

/** FFmpeg is run by a process of ours that does nothing else, and shut in by others. */
function ffmpegPids(): number[] {
  if (process.platform !== "linux") return [];
  return descendantsOf("self").filter(isFfmpeg).map(Number);
}

function isHost(pid: string): boolean {
  try {
    return commandLine(Number(pid)).some((word) => word.includes("ffmpegHostMain"));
  } catch {
    return false; // It has just ended.
  }
}

/** False while what shuts it in has not handed over yet, and when it is gone already. */
function isFfmpeg(pid: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim() === "ffmpeg";
  } catch {
    return false;
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It is gone.
  }
}

const commandLine = (pid: number): string[] =>
  readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);

const onLinux = it.runIf(process.platform === "linux");

describe("FFmpeg", () => {
  afterEach(async () => {
    for (const audioCheck of opened) audioCheck.close();
    opened.clear();
    // A host that is ending may still be starting its last FFmpeg: none is left once it is gone.
    await vi.waitUntil(() => childrenOf("self").every((pid) => !isHost(pid)), { timeout: 20_000 });
    await ffmpegCount(0);
  });

  it("reports its version for the readiness check", async () => {
    expect(await ffmpegVersion()).toMatch(/^[\w.-]+/);
  });

  it("is stopped when a file takes too long, and that is no verdict", async () => {
    const { check } = openCheck({ ...ffmpegLimits, wallMs: 1 });
    expect(await failureOf(check(file, asked))).toBe("TOOK_TOO_LONG");
  });

  onLinux(
    "is stopped when a file costs too much processor time, even one without end",
    async () => {
      const command = ffmpegCommand("/dev/null", { ...ffmpegLimits, cpuSeconds: 1 });
      const child = spawn(command.program, argumentsOf(command));
      child.stdin.on("error", () => undefined); // It breaks when FFmpeg stops.
      const block = renderPcm(cdQuality, frames, toneBursts());
      function* withoutEnd(): Generator<Uint8Array> {
        yield wavHeader(cdQuality, 0xffff_0000);
        while (child.exitCode === null) yield block;
      }
      Readable.from(withoutEnd()).pipe(child.stdin);
      const [report, [code]] = await Promise.all([text(child.stderr), once(child, "close")]);
      expect(code).toBe(255);
      expect(report).toContain("received signal 24");
    },
  );

  onLinux("outgrows neither its memory nor its output", async () => {
    for (const limit of [{ memoryBytes: 100_000_000 }, { outputBytes: 1_000 }]) {
      const { check } = openCheck({ ...ffmpegLimits, ...limit });
      expect(await failureOf(check(file, asked))).toBe("FAILED");
    }
  });

  it("that is not installed is our failure", async () => {
    const folder = temporaryFolder();
    onTestFinished(() => void vi.unstubAllEnvs());
    vi.stubEnv("PATH", folder);
    expect(await failureOf(openCheck().check(file, asked))).toBe("FAILED");
    for (const name of ["prlimit", "sh"]) symlinkSync(`/usr/bin/${name}`, join(folder, name));
    expect(await failureOf(openCheck().check(file, asked))).toBe("FAILED");
    await expect(ffmpegVersion()).rejects.toThrow(FfmpegError);
  });

  onLinux.each([
    ["breaks down over a file", "SIGSEGV", "DECODER_FAILED"],
    ["is killed from outside", "SIGKILL", "FAILED"],
  ] as const)("that %s with %s gives %s", async (_what, signal, outcome) => {
    const { check } = openCheck();
    const [pid = 0] = await ffmpegCount(1);
    process.kill(pid, "SIGSTOP");
    const verdict = check(file, asked);
    await ffmpegCount(1 + sparesMax); // This one has the file, since others wait for the next.
    process.kill(pid, signal);
    // A fault waits until its process goes on. Killed, it may be gone already.
    if (signal === "SIGSEGV") process.kill(pid, "SIGCONT");
    if (outcome === "FAILED") expect(await failureOf(verdict)).toBe(outcome);
    else expect(await verdict).toMatchObject({ accepted: false, reason: outcome });
    expect(await check(file, asked)).toMatchObject({ accepted: true });
  });

  onLinux(
    "is given up with the process that runs it, which hangs, and another takes over",
    async () => {
      const { check, ping } = openCheck();
      await check(file, asked);
      const [host = ""] = childrenOf("self").filter(isHost);
      process.kill(Number(host), "SIGSTOP");
      const startedAt = performance.now();
      expect(await Promise.all([failureOf(check(file, asked)), failureOf(ping())])).toEqual([
        "FAILED",
        "FAILED",
      ]);
      expect(performance.now() - startedAt).toBeLessThan(5_000);
      expect(await check(file, asked)).toMatchObject({ accepted: true });
      await ping();
    },
  );

  onLinux(
    "is given up with a host that hangs once it took the file, and nobody waits",
    async () => {
      const { check } = openCheck({ ...ffmpegLimits, wallMs: 3_000 });
      await check(file, asked);
      const [host = ""] = childrenOf("self").filter(isHost);
      const stuck: Promise<string>[] = [];
      const stopped = new Set<number>();
      for (let taken = 0; taken < checksAtOnceMax; taken += 1) {
        // What is stopped can't have done with its file before the host is stopped too.
        for (const pid of await ffmpegCount(taken + sparesMax)) {
          process.kill(pid, "SIGSTOP");
          stopped.add(pid);
        }
        stuck.push(failureOf(check(file, asked)));
      }
      await ffmpegCount(checksAtOnceMax + sparesMax);
      process.kill(Number(host), "SIGSTOP");
      const inLine = check(file, asked);
      expect(new Set(await Promise.all(stuck))).toEqual(new Set(["FAILED"]));
      expect(await inLine).toMatchObject({ accepted: true });
      for (const pid of stopped) killIfThere(pid); // Under bubblewrap they went with the host.
    },
  );

  onLinux("that died while it waited for a file is known to have ended", async () => {
    const output = join(temporaryFolder(), "output.raw");
    const run = startFfmpeg(output, ffmpegLimits, sandbox);
    const [pid = 0] = await ffmpegCount(1);
    expect(run.hasEnded()).toBe(false);
    process.kill(pid, "SIGKILL");
    await vi.waitUntil(() => run.hasEnded(), { timeout: 10_000 });
  });

  onLinux("is gone after close, also those that wait, and leaves no file", async () => {
    const audioCheck = openCheck();
    await audioCheck.check(file, asked);
    const [pid = 0] = await ffmpegCount(sparesMax);
    const folder = dirname(readlinkSync(`/proc/${pid}/fd/3`));
    expect(existsSync(folder)).toBe(true);
    audioCheck.close();
    await ffmpegCount(0);
    expect(existsSync(folder)).toBe(false);
    expect(await failureOf(audioCheck.check(file, asked))).toBe("FAILED");
  });

  onLinux("leaves no process, even when closed before its own had started", async () => {
    const before = childrenOf("self");
    openCheck().close();
    const isGone = () => childrenOf("self").every((pid) => before.includes(pid));
    expect(isGone()).toBe(false);
    await vi.waitUntil(isGone, { timeout: 20_000 });
  });

  onLinux("is run with the arguments that the benchmark uses, and nothing else", async () => {
    openCheck();
    const [pid = 0] = await ffmpegCount(1);
    const [, ...running] = commandLine(pid);
    const all = argumentsOf(ffmpegCommand("any.raw"));
    expect(running).toEqual(all.slice(all.indexOf("ffmpeg") + 1));
  });
});
