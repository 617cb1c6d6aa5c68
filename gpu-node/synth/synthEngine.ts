import { Worker } from "node:worker_threads";
import { launcher } from "../../platform/process/launcher.js";
import type { Engine, EngineRequest, EngineResult, GenerateOptions } from "../engine.js";
import type { ThreadAnswer } from "./threadAnswer.js";

const model = "synth-1";
const renderThread = "gpu-node/synth/renderThread.ts";
/** One render at a time is what a node asks for; threads of a burst beyond that are let go. */
const idleThreadsMax = 1;
export const createSynthEngine = (): Engine => new SynthEngine();

/** The built-in engine. It renders in a thread, so that the node goes on answering its server. */
class SynthEngine implements Engine {
  readonly name = "synth";
  readonly models = [model];
  readonly canRenderStems = true;
  readonly #threads = new Set<Worker>();
  readonly #idle: Worker[] = [];

  async generate(request: EngineRequest, options: GenerateOptions): Promise<EngineResult> {
    options.signal.throwIfAborted();
    const thread = this.#idle.pop() ?? this.#start();
    thread.ref();
    try {
      const made = await render(thread, request, options);
      await this.#putBack(thread);
      return { ...made, model };
    } catch (error) {
      await this.#end(thread);
      throw error;
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#threads].map((thread) => this.#end(thread)));
  }

  #start(): Worker {
    const thread = new Worker(launcher, { argv: [renderThread], execArgv: [] });
    this.#threads.add(thread);
    thread.once("exit", () => this.#drop(thread));
    return thread;
  }

  #drop(thread: Worker): void {
    this.#threads.delete(thread);
    const index = this.#idle.indexOf(thread);
    if (index >= 0) this.#idle.splice(index, 1);
  }

  /** An idle thread does not keep the process from ending. */
  async #putBack(thread: Worker): Promise<void> {
    if (this.#idle.length === idleThreadsMax) return this.#end(thread);
    thread.unref();
    this.#idle.push(thread);
  }

  async #end(thread: Worker): Promise<void> {
    this.#drop(thread);
    await thread.terminate();
  }
}

function render(
  thread: Worker,
  request: EngineRequest,
  { signal, onProgress }: GenerateOptions,
): Promise<Omit<EngineResult, "model">> {
  return new Promise((resolve, reject) => {
    const stopListening = () => {
      signal.removeEventListener("abort", onAbort);
      thread.removeAllListeners("message").off("error", fail).off("exit", onExit);
    };
    const fail = (error: unknown) => {
      stopListening();
      reject(error);
    };
    const onAbort = () => fail(signal.reason);
    const onExit = () => fail(new Error("The synth's thread ended before its loop was done."));
    thread.on("message", (answer: ThreadAnswer) => {
      if (answer.kind === "progress") return onProgress(answer.fraction);
      stopListening();
      resolve({ pcm: answer.pcm, understood: answer.understood });
    });
    thread.on("error", fail).on("exit", onExit);
    signal.addEventListener("abort", onAbort);
    thread.postMessage(request);
  });
}
