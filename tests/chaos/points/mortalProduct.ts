import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import type { FaultPoint } from "./faultPoints.js";
import type { Begin, VictimOrder } from "./victim.js";

const lookMs = 10;

type Order = Omit<VictimOrder, "fatal">;

/** The product in a process that may die, and is started again until it is stopped. */
export class MortalProduct {
  readonly #launcher: string;
  #order: Order;
  #child: ChildProcess | undefined;
  #ready: Promise<unknown> = Promise.resolve();
  #isStopping = false;
  /** Where it is yet to die, the next one first. */
  #fatal: FaultPoint[] = [];

  constructor(launcher: string, order: Order) {
    this.#launcher = launcher;
    this.#order = order;
  }

  async start(): Promise<void> {
    this.#isStopping = false;
    this.#spawn();
    await this.#ready;
  }

  #spawn(): void {
    const order: VictimOrder = { ...this.#order, ...this.#next() };
    const child = fork(this.#launcher, ["tests/chaos/points/victim.ts", JSON.stringify(order)], {
      execArgv: [],
    });
    this.#child = child;
    // One that dies before is followed by another.
    this.#ready = Promise.race([once(child, "message"), once(child, "exit")]);
    child.once("exit", (code, signal) => {
      if (this.#isStopping) return;
      if (signal !== "SIGKILL") throw new Error(`The product ended by itself: ${signal ?? code}.`);
      this.#fatal.shift();
      this.#spawn();
    });
  }

  #next(): Begin {
    const [fatal] = this.#fatal;
    return fatal === undefined ? {} : { fatal };
  }

  /** Counts from here on, and dies at each of these places in turn. */
  async begin(fatal: readonly FaultPoint[] = []): Promise<void> {
    this.#fatal = [...fatal];
    await this.#ask();
  }

  /** Dies no more. Resolves with how often each place was passed, and where it has not died. */
  async end(): Promise<{ passed: Readonly<Record<string, number>>; spared: FaultPoint[] }> {
    const spared = this.#fatal;
    this.#fatal = [];
    return { spared, passed: await this.#ask() };
  }

  /** Tells a process that lives; one that dies meanwhile is asked again when it is back. */
  async #ask(): Promise<Readonly<Record<string, number>>> {
    for (;;) {
      await this.#ready;
      const child = this.#child;
      if (child === undefined) throw new Error("The product was not started.");
      if (!child.connected) {
        await pause(lookMs); // It is gone, and its end is about to be told.
        continue;
      }
      // One that dies in this moment can't be told; its end is seen below.
      child.send(this.#next(), () => undefined);
      const answer = once(child, "message").then(([passed]) => passed);
      const passed = await Promise.race([answer, once(child, "exit").then(() => undefined)]);
      if (passed !== undefined) return passed;
    }
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  /** From now on what takes its time is due at once. */
  async goAhead(aheadMs: number): Promise<void> {
    await this.stop();
    this.#order = { ...this.#order, aheadMs };
    await this.start();
  }
}
