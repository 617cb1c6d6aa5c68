import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { sha256Hex } from "../../platform/ids.js";
import { findProgram } from "../../scripts/supervisor/systemPackages.js";

/** Schemathesis and all that it needs, each at one version. */
const requirements = "tests/fuzz/requirements.txt";
const nameCharacters = 16;
const installMsMax = 120_000;

export type FuzzTool = { readonly program: string } | { readonly missing: string };

/**
 * Installs the fuzzer beside our own packages, in a folder named by its versions. Where there is no
 * Python, or its packages can't be had, that is said and nobody is stopped.
 */
export function installFuzzTool(): FuzzTool {
  const name = sha256Hex(readFileSync(requirements)).slice(0, nameCharacters);
  const folder = resolve("node_modules/.cache/fuzz", name);
  const program = join(folder, "bin", "schemathesis");
  const ready = join(folder, "ready");
  if (existsSync(ready)) return { program };
  const python = findProgram("python3");
  if (python === undefined) return { missing: "There is no python3 (3.10 or newer) on the PATH." };
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const fault =
    run(python, ["-m", "venv", folder]) ??
    run(join(folder, "bin", "python"), [
      ...["-m", "pip", "install", "--quiet", "--disable-pip-version-check"],
      ...["--no-deps", "--requirement", requirements],
    ]);
  if (fault !== undefined) return { missing: `The fuzzer could not be installed: ${fault}` };
  writeFileSync(ready, "");
  return { program };
}

/** What went wrong, in the program's own last line. */
function run(program: string, args: readonly string[]): string | undefined {
  const { status, error, stderr, stdout } = spawnSync(program, args, {
    encoding: "utf8",
    timeout: installMsMax,
  });
  if (status === 0) return undefined;
  const lines = `${stdout ?? ""}\n${stderr ?? ""}`.trim().split("\n");
  return error?.message ?? lines.at(-1) ?? `it ended with code ${status}`;
}
