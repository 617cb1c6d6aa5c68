import { type ChildProcess, fork } from "node:child_process";
import { bareEnvironment } from "../config/config.js";
import { newId } from "../ids.js";
import { answerMsMax } from "../patience.js";
import { launcher } from "../process/launcher.js";
import { onSilence } from "../process/outage.js";
import { FfmpegError, type FfmpegLimits } from "./ffmpeg.js";
import type { HostAnswer, HostRequest } from "./ffmpegHostProtocol.js";

/** A process that was never heard is still starting. */
const startMsMax = 5 * answerMsMax;
const hostMain = "platform/audio/ffmpegHostMain.ts";

export type Converted = Extract<HostAnswer, { report: string }>;

interface Waiting {
  /** The host has the request. */
  onTaken(): void;
  resolve(answer: Converted): void;
  reject(error: FfmpegError): void;
}

/**
 * The process that runs FFmpeg (ffmpegHostMain.ts). One that hangs is killed, and one that is gone is
 * started with the next file.
 */
export class FfmpegHost {
  readonly #arguments: readonly string[];
  readonly #waiting = new Map<string, Waiting>();
  #child: ChildProcess | undefined;
  #isClosed = false;
  /** Whether the child has ever said anything. */
  #isHeard = false;

  /** Results are written to `folder`. */
  constructor(folder: string, limits: FfmpegLimits) {
    this.#arguments = [folder, JSON.stringify(limits)];
    this.#child = this.#start();
  }

  /** @throws FfmpegError */
  convert(wavFile: string): Promise<Converted> {
    return new Promise((resolve, reject) => {
      this.#ask({ id: newId(), wavFile }, { onTaken: () => undefined, resolve, reject });
    });
  }

  /** Resolves when it answers at all. @throws FfmpegError */
  ping(): Promise<void> {
    return new Promise((resolve, reject) => {
      const id = newId();
      const onTaken = () => {
        this.#waiting.delete(id);
        resolve();
      };
      this.#ask({ id }, { onTaken, resolve: () => undefined, reject });
    });
  }

  #ask(request: HostRequest, { onTaken, resolve, reject }: Waiting): void {
    if (this.#isClosed) {
      reject(new FfmpegError("FAILED", "The audio check is closed."));
      return;
    }
    this.#child ??= this.#start();
    const child = this.#child;
    const { id } = request;
    // Its end fails whatever waits for it.
    const listening = onSilence(this.#isHeard ? answerMsMax : startMsMax, () => {
      child.kill("SIGKILL");
    });
    this.#waiting.set(id, {
      onTaken() {
        listening.end();
        onTaken();
      },
      resolve,
      reject(error) {
        listening.end();
        reject(error);
      },
    });
    child.send(request, (error) => {
      if (error !== null) this.#fail(id, new FfmpegError("FAILED", error.message));
    });
  }

  /** Kills what runs: those conversions fail. */
  close(): void {
    this.#isClosed = true;
    if (this.#child?.connected) this.#child.disconnect();
    this.#failAll("The audio check is closed.");
  }

  #start(): ChildProcess {
    this.#isHeard = false;
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
    this.#isHeard = true;
    const waiting = this.#waiting.get(answer.id);
    if ("taken" in answer) waiting?.onTaken();
    else if ("failure" in answer) {
      this.#fail(answer.id, new FfmpegError(answer.failure, answer.message));
    } else {
      waiting?.resolve(answer);
      this.#waiting.delete(answer.id);
    }
  }

  #fail(id: string, error: FfmpegError): void {
    this.#waiting.get(id)?.reject(error);
    this.#waiting.delete(id);
  }

  #failAll(message: string): void {
    for (const id of this.#waiting.keys()) this.#fail(id, new FfmpegError("FAILED", message));
  }
}
