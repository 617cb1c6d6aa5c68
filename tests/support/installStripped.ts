import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { z } from "zod";
import { builtFolder } from "../../scripts/build/builtFolder.mjs";

const versions = z.record(z.string(), z.string()).default({});
const lockFile = z.object({
  packages: z.record(
    z.string(),
    z.object({ dependencies: versions, optionalDependencies: versions }),
  ),
});

/** The packages that are not bundled. */
const unbundled = ["@node-rs/argon2", "lmdb", "@fastify/swagger-ui"];

/**
 * Puts the bundled programs into a folder, and of all packages those only that are not bundled: no
 * sources, no tsx. Returns what starts a program there.
 */
export function installStripped(folder: string): string {
  const launcher = copyBuild(folder);
  for (const path of installedWith(unbundled)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    cpSync(path, join(folder, path), { recursive: true, verbatimSymlinks: true });
  }
  return launcher;
}

/** The same with all packages but tsx. */
export function installWithoutTsx(folder: string): string {
  const launcher = copyBuild(folder);
  mkdirSync(join(folder, "node_modules"));
  for (const name of readdirSync("node_modules").filter((each) => each !== "tsx")) {
    symlinkSync(resolve("node_modules", name), join(folder, "node_modules", name));
  }
  return launcher;
}

function copyBuild(folder: string): string {
  const built = builtFolder();
  if (built === undefined) throw new Error("The programs could not be bundled.");
  for (const part of [built, realpathSync(join(built, "packages"))]) {
    const copy = join(folder, ".build", basename(part));
    cpSync(part, copy, { recursive: true, verbatimSymlinks: true });
  }
  return join(folder, ".build", basename(built), "run.mjs");
}

/** Paths of packages and of all that they need, as far as this machine has them. */
function installedWith(names: readonly string[]): string[] {
  const { packages } = lockFile.parse(JSON.parse(readFileSync("package-lock.json", "utf8")));
  const paths = new Set(names.map((name) => `node_modules/${name}`));
  // What is added to a set while it is walked is walked too.
  for (const path of paths) {
    const { dependencies = {}, optionalDependencies = {} } = packages[path] ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      paths.add(`node_modules/${name}`);
    }
  }
  return [...paths].filter((path) => existsSync(path));
}
