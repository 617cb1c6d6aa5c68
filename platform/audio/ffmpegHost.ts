import { type ChildProcess, fork } from "node:child_process";
import { bareEnvironment } from "../config/config.js";
import { newId } from "../ids.js";
import { answerMsMax } from "../patience.js";
import { launcher } from "../process/launcher.js";
import { type Listening, onSilence } from "../process/outage.js";
import { FfmpegError, type FfmpegLimits } from "./ffmpeg.js";
import type { HostAnswer, HostInput, HostRequest } from "./ffmpegHostProtocol.js";
import type { Sandbox } from "./sandbox.js";

/** A process that was never heard is still starting. */
const startMsMax = 5 * answerMsMax;
const hostMain = "platform/audio/ffmpegHostMain.ts";

export type Converted = Extract<HostAnswer, { report: string }>;

/** A ping is answered by being taken, a conversion by its result. */
type Asked =
  | { readonly asks: "ping"; resolve(): void; reject(error: FfmpegError): void }
  | {
      readonly asks: "conversion";
      resolve(answer: Converted): void;
      reject(error: FfmpegError): void;
    };

interface Waiting {
  readonly asked: Asked;
  /** Kills a host that says nothing for too long; its end fails whatever waits for it. */
  readonly listening: Listening;
}

/**
 * The process that runs FFmpeg (ffmpegHostMain.ts). One that hangs is killed, and one that is gone is
 * started with the next file.
 */
export class FfmpegHost {
  readonly #arguments: readonly string[];
  /** FFmpeg's own limit ends it before. */
  readonly #workMsMax: number;
  readonly #waiting = new Map<string, Waiting>();
  #child: ChildProcess | undefined;
  #isClosed = false;
  /** Whether the child has ever said anything. */
  #isHeard = false;

  /** Results are written to `folder`. */
  constructor(folder: string, limits: FfmpegLimits, { kind, dropsUser }: Sandbox) {
    this.#arguments = [folder, JSON.stringify(limits), JSON.stringify({ kind, dropsUser })];
    this.#workMsMax = limits.wallMs + answerMsMax;
    this.#child = this.#start();
  }

  /** @throws FfmpegError */
  convert(audio: HostInput): Promise<Converted> {
    return new Promise((resolve, reject) => {
      this.#ask({ id: newId(), audio }, { asks: "conversion", resolve, reject });
    });
  }

  /** Resolves when it answers at all. @throws FfmpegError */
  ping(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#ask({ id: newId() }, { asks: "ping", resolve, reject });
    });
  }

  #ask(request: HostRequest, asked: Asked): void {
    if (this.#isClosed) {
      asked.reject(new FfmpegError("FAILED", "The audio check is closed."));
      return;
    }
    this.#child ??= this.#start();
    const { id } = request;
    const listening = this.#listen(this.#child, this.#isHeard ? answerMsMax : startMsMax);
    this.#waiting.set(id, { asked, listening });
    this.#child.send(request, (error) => {
      if (error !== null) this.#fail(id, new FfmpegError("FAILED", error.message));
    });
  }

  #listen(child: ChildProcess, msMax: number): Listening {
    return onSilence(msMax, () => void child.kill("SIGKILL"));
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
    child.on("message", (answer: HostAnswer) => this.#take(child, answer));
    child.on("error", () => undefined); // What was sent to it fails by itself.
    child.on("exit", () => {
      if (this.#child !== child) return;
      this.#child = undefined;
      this.#failAll("The process that runs FFmpeg ended.");
    });
    return child;
  }

  #take(child: ChildProcess, answer: HostAnswer): void {
    this.#isHeard = true;
    const { id } = answer;
    if ("failure" in answer) {
      this.#fail(id, new FfmpegError(answer.failure, answer.message));
      return;
    }
    const asked = this.#end(id);
    if (!("taken" in answer)) {
      if (asked?.asks === "conversion") asked.resolve(answer);
    } else if (asked?.asks === "ping") asked.resolve();
    else if (asked !== undefined) {
      this.#waiting.set(id, { asked, listening: this.#listen(child, this.#workMsMax) });
    }
  }

  #end(id: string): Asked | undefined {
    const waiting = this.#waiting.get(id);
    waiting?.listening.end();
    this.#waiting.delete(id);
    return waiting?.asked;
  }

  #fail(id: string, error: FfmpegError): void {
    this.#end(id)?.reject(error);
  }

  #failAll(message: string): void {
    for (const id of this.#waiting.keys()) this.#fail(id, new FfmpegError("FAILED", message));
  }
}
