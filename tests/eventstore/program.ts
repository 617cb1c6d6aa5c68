import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { expect, onTestFinished } from "vitest";

export const main = "eventstore/main.ts";
export const execArgv = ["--import", "tsx"];

/** What the program prints and how it ends, when it is started by hand. */
export async function run(...args: string[]) {
  const child = spawn(process.execPath, [...execArgv, main, ...args]);
  const [output, errors, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit"),
  ]);
  return { output, errors, exitCode };
}

/** As the supervisor starts it: with a channel, on which it says that it is ready. */
export async function forkStore(dataDir: string): Promise<{ child: ChildProcess; port: number }> {
  const child = fork(main, ["--data", dataDir, "--port", "0"], { execArgv });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [message] = await once(child, "message");
  expect(message).toEqual({ type: "ready", port: expect.any(Number) });
  return { child, port: message.port };
}
