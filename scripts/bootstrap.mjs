/**
 * Runs a program on a machine that has nothing but Node: checks the version, installs the npm packages
 * when they are missing or out of date, bundles the sources when they have changed, then runs the
 * program in this same process, so that signals, the terminal and exit codes need no forwarding.
 *
 *   node scripts/bootstrap.mjs <program.ts> [arguments]
 *
 * Kept in plain JavaScript that old versions of Node can parse, since it has to tell them so.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const required = { major: 20, minor: 19 };
const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * One line for the person at the terminal, or undefined when the version will do.
 * @param {string} version as in process.versions.node
 * @returns {string | undefined}
 */
export function nodeVersionProblem(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isEnough = major > required.major || (major === required.major && minor >= required.minor);
  if (isEnough) return undefined;
  const wanted = `${required.major}.${required.minor}`;
  return `This needs Node ${wanted} or newer; this is Node ${version}. Get one at https://nodejs.org.`;
}

/**
 * npm writes its own copy of the lock file last, so no copy means an unfinished install, and an older
 * one an old install, unless the lock file was only written again, as Git does.
 * @param {string} folder of package-lock.json
 * @returns {boolean}
 */
export function needsInstall(folder) {
  const installed = join(folder, "node_modules", ".package-lock.json");
  const lock = join(folder, "package-lock.json");
  if (!existsSync(installed)) return true;
  return statSync(installed).mtimeMs < statSync(lock).mtimeMs && lacks(installed, lock);
}

/**
 * Whether a package of the lock file is missing, or there in another version. Optional ones are for
 * other machines.
 * @param {string} installed
 * @param {string} lock
 * @returns {boolean}
 */
function lacks(installed, lock) {
  const packagesIn = (/** @type {string} */ file) => {
    const { "": _, ...packages } = JSON.parse(readFileSync(file, "utf8")).packages;
    return packages;
  };
  const present = packagesIn(installed);
  return Object.entries(packagesIn(lock)).some(([path, { version, optional }]) => {
    const mayLack = optional === true && present[path] === undefined;
    return !mayLack && present[path]?.version !== version;
  });
}

function installPackages() {
  console.log("Installing npm packages; the first time this takes about a minute.");
  // The npm that runs this script, when there is one, suits this Node better than any on the PATH.
  const npm = process.env["npm_execpath"];
  const command = npm ? [process.execPath, npm] : ["npm"];
  const [program, ...prefix] = command;
  // None of our packages needs its install scripts, and what does not run can do no harm.
  const args = [...prefix, "ci", "--ignore-scripts", "--no-audit", "--no-fund"];
  const { error, status } = spawnSync(program ?? "npm", args, { cwd: root, stdio: "inherit" });
  if (error === undefined && status === 0) return true;
  const reason = error ? error.message : `it ended with code ${status}`;
  console.error(`npm ci failed: ${reason}. Fix what it reports above, then run this again.`);
  return false;
}

async function main() {
  const problem = nodeVersionProblem(process.versions.node);
  const script = process.argv[2];
  if (problem !== undefined || script === undefined) {
    console.error(problem || "Usage: node scripts/bootstrap.mjs <program.ts> [arguments]");
    process.exitCode = 1;
    return;
  }
  if (needsInstall(root) && !installPackages()) {
    process.exitCode = 1;
    return;
  }
  const { builtFolder } = await import("./build/builtFolder.mjs");
  const folder = builtFolder();
  if (folder === undefined) {
    process.exitCode = 1;
    return;
  }
  process.argv.splice(1, 1, join(folder, "run.mjs"));
  await import(pathToFileURL(join(folder, "run.mjs")).href);
}

const entry = process.argv[1];
if (entry !== undefined && realpathSync(entry) === fileURLToPath(import.meta.url)) {
  void main();
}
