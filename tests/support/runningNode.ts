import { generateKeyPairSync } from "node:crypto";
import { onTestFinished } from "vitest";
import { stems } from "../../domain/audio/music.js";
import type {
  Engine,
  EngineRequest,
  EngineResult,
  GenerateOptions,
} from "../../gpu-node/engine.js";
import { GpuNode } from "../../gpu-node/node.js";
import { ServerClient } from "../../gpu-node/serverClient.js";
import { readNodeKey } from "../../platform/keys/nodeSignatures.js";
import { systemClock } from "../../platform/process/clock.js";
import { createLog } from "../../platform/process/log.js";
import type { StubServer } from "./stubServer.js";
import { nodeAbout } from "./testNode.js";

/** An engine whose work is done, or fails, when the test says so. */
export class HandEngine implements Engine {
  readonly name = "test";
  readonly models = ["synth-1"];
  readonly canRenderStems = true;
  /** What it has been asked for, in order. */
  readonly requests: EngineRequest[] = [];
  /** What it says that it understood, if anything. */
  understood: string | undefined;
  /** The signal of the last request. */
  signal: AbortSignal | undefined;
  #finish: (() => void) | undefined;
  #fail: ((reason: unknown) => void) | undefined;
  #isHolding = false;

  /** From now on work waits for `finish` or `fail`. */
  hold(): void {
    this.#isHolding = true;
  }

  /** From now on it works at once again. */
  release(): void {
    this.#isHolding = false;
  }

  finish(): void {
    this.#finish?.();
  }

  fail(reason: Error): void {
    this.#fail?.(reason);
  }

  async generate(
    request: EngineRequest,
    { signal, onProgress }: GenerateOptions,
  ): Promise<EngineResult> {
    this.requests.push(request);
    this.signal = signal;
    onProgress(0.5);
    if (this.#isHolding) {
      await new Promise<void>((resolve, reject) => {
        this.#finish = resolve;
        this.#fail = reject;
        signal.addEventListener("abort", () => reject(signal.reason));
      });
    }
    const pcm = new Int16Array(2 * request.frames).fill(1_000);
    const { understood } = this;
    return { pcm, model: "synth-1", ...(understood !== undefined && { understood }) };
  }

  async close(): Promise<void> {}
}

/** A node, at work for a stub server within this process. `stopped` settles once it has drained. */
function runNode({ url }: StubServer, engine: Engine) {
  const { privateKey } = generateKeyPairSync("ed25519");
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const node = new GpuNode({
    client: new ServerClient(url, url, readNodeKey(pem)),
    engine,
    limits: { audioSecondsMax: 30, sampleRateMax: 192_000, stems },
    about: nodeAbout,
    log: createLog({ name: "test", level: "silent" }),
    clock: systemClock,
  });
  let registrations = 0;
  const stopped = node.run(() => {
    registrations += 1;
  });
  return { node, stopped, registrations: () => registrations };
}

/** The same; it leaves when the test is done. */
export function joinStub(server: StubServer, engine = new HandEngine()) {
  const running = runNode(server, engine);
  onTestFinished(async () => {
    running.node.drain();
    engine.finish();
    await running.stopped;
  });
  return { ...running, engine };
}
