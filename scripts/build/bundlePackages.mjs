import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { makeFolder } from "./makeFolder.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
/** They look for files of theirs (native libraries, web pages) where they are installed. */
const outside = ["@node-rs/argon2", "lmdb", "@fastify/swagger-ui"];
/** What CommonJS modules take for granted, under names that no ES module declares for itself. */
const commonJs = {
  define: { __dirname: "bundleFolder", __filename: "bundleFile" },
  banner: {
    js: `import { createRequire as requireFrom } from "node:module";
const require = requireFrom(import.meta.url);
const { dirname: bundleFolder, filename: bundleFile } = import.meta;`,
  },
};

/**
 * Whether a module, such as "mysql2/promise", is of a package that we bundle.
 * @param {string} specifier
 */
export function isBundled(specifier) {
  const name = specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
  return name in dependencies && !outside.includes(name);
}

/**
 * The name of a module's bundle, without ".mjs".
 * @param {string} specifier
 */
export const builtPackage = (specifier) => specifier.replaceAll("/", "-");

/**
 * Bundles modules of packages into a folder, without source maps: these would take more memory than
 * the packages. Node reads one or two files for each then, instead of up to hundreds. Made once for
 * a lock file and what is imported.
 * @param {string} parent
 * @param {Iterable<string>} imported
 */
export async function bundlePackages(parent, imported) {
  const specifiers = [...imported].sort();
  const folder = join(parent, `packages-${keyOf(specifiers)}`);
  if (!existsSync(folder)) await makeFolder(folder, (into) => bundle(specifiers, into));
  return folder;
}

/** @param {readonly string[]} specifiers */
function keyOf(specifiers) {
  const hash = createHash("sha256").update(specifiers.join("\n"));
  for (const file of [join(root, "package-lock.json"), fileURLToPath(import.meta.url)]) {
    hash.update(readFileSync(file));
  }
  return hash.digest("hex").slice(0, 16);
}

/**
 * @param {readonly string[]} specifiers
 * @param {string} into
 */
async function bundle(specifiers, into) {
  const entries = join(into, "entries");
  mkdirSync(entries);
  const entryPoints = [];
  for (const specifier of specifiers) {
    const entry = join(entries, `${builtPackage(specifier)}.mjs`);
    writeFileSync(entry, await reExport(specifier));
    entryPoints.push(entry);
  }
  await build({
    entryPoints,
    outdir: into,
    outExtension: { ".js": ".mjs" },
    external: outside,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    legalComments: "none",
    minifyWhitespace: true,
    minifySyntax: true,
    ...commonJs,
    logLevel: "warning",
  });
  rmSync(entries, { recursive: true });
}

/**
 * Names every export: of a CommonJS module a bundler only knows the default one.
 * @param {string} specifier
 */
async function reExport(specifier) {
  const names = Object.keys(await import(specifier)).filter((name) => name !== "module.exports");
  return `export { ${names.join(", ")} } from ${JSON.stringify(specifier)};\n`;
}
