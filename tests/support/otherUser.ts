import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";

/** `nobody`: an account of every machine, which owns nothing. */
const uid = 65_534;
const options = { uid, gid: uid, cwd: "/", env: { PATH: process.env["PATH"] } };
const argsOf = (script: string, args: readonly string[]): string[] => [
  ...["--input-type=module", "--eval", script],
  ...args,
];

/** Only root may start a process as another user, who needs to be let at Node itself. */
export const canBeOtherUser =
  process.platform === "linux" &&
  process.getuid?.() === 0 &&
  spawnSync(process.execPath, ["--version"], options).status === 0;

/** Runs a script of Node as another user, who has nothing of ours: packages are out of its reach. */
export function asOtherUser(script: string, ...args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, argsOf(script, args), options);
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

/** What such a script prints as JSON. */
export async function answerOfOtherUser(script: string, ...args: readonly string[]) {
  const { stdout, stderr } = asOtherUser(script, ...args);
  const [output, errors] = await Promise.all([stdout, stderr].map((each) => each && text(each)));
  if (!output) throw new Error(`It printed nothing: ${errors}`);
  return JSON.parse(output);
}

/** Runs such a script to its end while this process, and all that it serves, stands still. */
export function whileStandingStill(script: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync(process.execPath, argsOf(script, args), options);
  if (status !== 0) throw new Error(`It failed: ${stderr}`);
}
