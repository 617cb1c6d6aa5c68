import { type ChildProcess, fork } from "node:child_process";
import { bareEnvironment } from "../config/config.js";
import { newId } from "../ids.js";
import { launcher } from "../process/launcher.js";
import { FfmpegError, type FfmpegLimits } from "./ffmpeg.js";
import type { HostAnswer, HostRequest } from "./ffmpegHostProtocol.js";

const hostMain = "platform/audio/ffmpegHostMain.ts";

export type Converted = Extract<HostAnswer, { report: string }>;

interface Waiting {
  resolve(answer: Converted): void;
  reject(error: FfmpegError): void;
}

/** The process that runs FFmpeg (ffmpegHostMain.ts). One that died is started with the next file. */
export class FfmpegHost {
  readonly #arguments: readonly string[];
  readonly #waiting = new Map<string, Waiting>();
  #child: ChildProcess | undefined;
  #isClosed = false;

  /** Results are written to `folder`. */
  constructor(folder: string, limits: FfmpegLimits) {
    this.#arguments = [folder, JSON.stringify(limits)];
    this.#child = this.#start();
  }

  /** @throws FfmpegError */
  async convert(wavFile: string): Promise<Converted> {
    if (this.#isClosed) throw new FfmpegError("FAILED", "The audio check is closed.");
    this.#child ??= this.#start();
    const child = this.#child;
    const request: HostRequest = { id: newId(), wavFile };
    return new Promise((resolve, reject) => {
      this.#waiting.set(request.id, { resolve, reject });
      child.send(request, (error) => {
        if (error !== null) this.#fail(request.id, new FfmpegError("FAILED", error.message));
      });
    });
  }

  /** Kills what runs: those conversions fail. */
  close(): void {
    this.#isClosed = true;
    if (this.#child?.connected) this.#child.disconnect();
    this.#failAll("The audio check is closed.");
  }

  #start(): ChildProcess {
    const child = fork(launcher, [hostMain, ...this.#arguments], {
      execArgv: [],
      env: bareEnvironment(),
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    child.on("message", (answer: HostAnswer) => this.#take(answer));
    child.on("error", () => undefined); // What was sent to it fails by itself.
    child.on("exit", () => {
      if (this.#child !== child) return;
      this.#child = undefined;
      this.#failAll("The process that runs FFmpeg ended.");
    });
    return child;
  }

  #take(answer: HostAnswer): void {
    if ("failure" in answer) {
      this.#fail(answer.id, new FfmpegError(answer.failure, answer.message));
      return;
    }
    this.#waiting.get(answer.id)?.resolve(answer);
    this.#waiting.delete(answer.id);
  }

  #fail(id: string, error: FfmpegError): void {
    this.#waiting.get(id)?.reject(error);
    this.#waiting.delete(id);
  }

  #failAll(message: string): void {
    for (const id of this.#waiting.keys()) this.#fail(id, new FfmpegError("FAILED", message));
  }
}
