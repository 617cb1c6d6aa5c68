/**
 * Bundles programs, all of them when none is named, into a folder of `.build`, and the packages that
 * they use into another beside it:
 *
 *   node scripts/build/bundle.mjs .build/NAME [api/main.ts …]
 */
import { mkdirSync, symlinkSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { builtPackage, bundlePackages, isBundled } from "./bundlePackages.mjs";
import { makeFolder } from "./makeFolder.mjs";
import { builtName, programs } from "./programs.mjs";
import { removeOldBuilds } from "./removeOldBuilds.mjs";

const patienceMs = 1_000;

const [target = ".build/all", ...named] = process.argv.slice(2);
const folder = resolve(target);
const parent = dirname(folder);
const notice = setTimeout(() => console.error("Building; this takes some seconds …"), patienceMs);
try {
  mkdirSync(parent, { recursive: true });
  await makeFolder(folder, fill);
  removeOldBuilds(parent);
} catch (error) {
  // What is wrong with a source stands on the terminal already.
  if (!(error instanceof Error && "errors" in error)) console.error(error);
  process.exitCode = 1;
}
clearTimeout(notice);
process.exit(); // Looking into the packages has loaded them, and some would keep this running.

/** @param {string} unfinished */
async function fill(unfinished) {
  const imported = await bundleSources(named.length > 0 ? named : programs, unfinished);
  const packages = await bundlePackages(parent, imported);
  symlinkSync(join("..", basename(packages)), join(unfinished, "packages"));
}

/**
 * Every program, and what several of them share, with source maps: stacks name our sources.
 * @param {readonly string[]} sources
 * @param {string} into
 * @returns {Promise<Set<string>>} the packages' modules that they import
 */
async function bundleSources(sources, into) {
  /** @type {Set<string>} */
  const imported = new Set();
  await build({
    absWorkingDir: fileURLToPath(new URL("../..", import.meta.url)),
    entryPoints: [
      { in: "scripts/build/run.mjs", out: "run" },
      ...sources.map((source) => ({ in: source, out: builtName(source) })),
    ],
    outdir: into,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    packages: "external",
    plugins: [bundledPackages(imported)],
    format: "esm",
    platform: "node",
    target: "node20",
    sourcemap: true,
    sourcesContent: false,
    logLevel: "warning",
  });
  return imported;
}

/**
 * Lets imports of packages lead to their bundles.
 * @param {Set<string>} imported
 * @returns {import("esbuild").Plugin}
 */
function bundledPackages(imported) {
  return {
    name: "bundled packages",
    setup({ onResolve }) {
      onResolve({ filter: /^[^.]/ }, ({ path, kind }) => {
        if (kind === "entry-point" || !isBundled(path)) return undefined;
        imported.add(path);
        return { path: `./packages/${builtPackage(path)}.mjs`, external: true };
      });
    },
  };
}
