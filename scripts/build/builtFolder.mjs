import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { developerPrograms, programs } from "./programs.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const bundle = fileURLToPath(new URL("bundle.mjs", import.meta.url));

/** Where the bundled programs come from; `tests` for the sake of developers' programs. */
const folders = [
  ...["api", "commands", "domain", "eventstore", "gpu-node", "platform", "projections"],
  ...["scripts", "tests/bench", "tests/chaos", "tests/support", "workers"],
];
const packageFiles = ["package.json", "package-lock.json"];

/**
 * The folder in `.build` that holds all programs as their sources are now; bundled first unless it is
 * there. Each state of the sources has a folder of its own, so that what runs from another state can
 * still be started again. Undefined when they could not be bundled; the reason is on the terminal.
 * @returns {string | undefined}
 */
export function builtFolder() {
  const folder = join(root, ".build", sourcesKey());
  if (existsSync(folder)) return folder;
  // In a process of its own: bundling takes more memory than most programs.
  const args = [bundle, folder, ...programs, ...developerPrograms];
  const { status } = spawnSync(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] });
  return status === 0 ? folder : undefined;
}

/** The same sources, whenever they were written, have the same key. */
function sourcesKey() {
  const hash = createHash("sha256");
  for (const file of [...packageFiles, ...folders.flatMap(sourceFiles)]) {
    hash.update(`\n${file}\n`).update(readFileSync(join(root, file)));
  }
  return hash.digest("hex").slice(0, 16);
}

/** @param {string} folder */
function sourceFiles(folder) {
  if (!existsSync(join(root, folder))) return [];
  const paths = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
  return paths
    .filter((path) => /\.m?[tj]s$/.test(path))
    .sort()
    .map((path) => join(folder, path));
}
