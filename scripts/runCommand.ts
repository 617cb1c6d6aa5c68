import { type StdioOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { projectRoot } from "./supervisor/projectRoot.js";

interface Finished {
  /** 1 also when a signal ended it. */
  readonly exitCode: number;
  /** What it wrote; empty when it wrote to the terminal itself. */
  readonly output: string;
}

/** Runs a command in the project's folder, at this terminal. */
export const runCommand = (command: string, args: readonly string[]): Promise<Finished> =>
  run(command, args, "inherit");

/** Runs a command in the project's folder and keeps what it writes. */
export const runQuietly = (command: string, args: readonly string[]): Promise<Finished> =>
  run(command, args, ["ignore", "pipe", "pipe"]);

async function run(
  command: string,
  args: readonly string[],
  stdio: StdioOptions,
): Promise<Finished> {
  const child = spawn(command, args, { cwd: projectRoot, stdio });
  // The terminal sends Ctrl-C to the child as well; this process waits for it to end.
  const ignore = (): void => undefined;
  const passOn = (): void => void child.kill("SIGTERM");
  process.on("SIGINT", ignore).on("SIGTERM", passOn);
  try {
    const streams = [child.stdout, child.stderr].flatMap((stream) => (stream ? [stream] : []));
    const [[code], ...written] = await Promise.all([once(child, "close"), ...streams.map(text)]);
    return { exitCode: code ?? 1, output: written.join("") };
  } catch (error) {
    return { exitCode: 1, output: String(error) };
  } finally {
    process.off("SIGINT", ignore).off("SIGTERM", passOn);
  }
}
