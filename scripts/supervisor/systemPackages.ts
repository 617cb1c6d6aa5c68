import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Refusal } from "../../platform/process/refusal.js";

/** What a program is called, and the packages that bring it. */
interface SystemPackage {
  readonly programs: readonly string[];
  readonly apt: readonly string[];
  readonly brew: readonly string[];
}
const systemPackages = {
  mariaDb: {
    programs: ["mariadbd", "mariadb-install-db", "my_print_defaults"],
    apt: ["mariadb-server-core", "mariadb-client-core"],
    brew: ["mariadb"],
  },
  redis: { programs: ["redis-server"], apt: ["redis-server"], brew: ["redis"] },
  /** bubblewrap comes with it where we install it; FFmpeg runs without it too. */
  ffmpeg: { programs: ["ffmpeg", "ffprobe"], apt: ["ffmpeg", "bubblewrap"], brew: ["ffmpeg"] },
  /** Linux only, as is what follows. */
  bubblewrap: { programs: ["bwrap"], apt: ["bubblewrap"], brew: [] },
  strace: { programs: ["strace"], apt: ["strace"], brew: [] },
  /** Adds our journal up by itself. */
  hledger: { programs: ["hledger"], apt: ["hledger"], brew: ["hledger"] },
  /** With the packages by which others check notes and trees. */
  go: { programs: ["go"], apt: ["golang-go", "golang-golang-x-mod-dev"], brew: [] },
} satisfies Record<string, SystemPackage>;
export type SystemPackageName = keyof typeof systemPackages;

/** Servers live in sbin, which is on root's PATH only; Homebrew's folder may be on nobody's. */
const extraFolders = ["/usr/local/sbin", "/usr/sbin", "/opt/homebrew/bin", "/usr/local/bin"];

/** Full path of an installed program. */
export function findProgram(name: string): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return [...folders, ...extraFolders].map((folder) => join(folder, name)).find(existsSync);
}

export function getProgram(name: string): string {
  const path = findProgram(name);
  if (path === undefined) throw new Refusal(`The program ${name} is not installed.`);
  return path;
}

/** Installs what is missing, showing the package manager's own progress; mostly there is nothing. */
export function installMissing(names: readonly SystemPackageName[]): void {
  const missing = names.filter((name) => !systemPackages[name].programs.every(findProgram));
  if (missing.length === 0) return;
  const apt = missing.flatMap((name) => systemPackages[name].apt);
  const brew = missing.flatMap((name) => systemPackages[name].brew);
  if (findProgram("apt-get") !== undefined) run(asRoot(["sh", "-c", aptScript, "sh", ...apt]), apt);
  else if (findProgram("brew") !== undefined) run(["brew", "install", ...brew], brew);
  else throw new Refusal(byHand(apt));

  const lacking = missing.filter((name) => !systemPackages[name].programs.every(findProgram));
  if (lacking.length > 0) throw new Refusal(byHand(lacking));
}

/**
 * A package that brings a service would start it now and at each boot. policy-rc.d says no to the
 * first, and is put back as it was; `systemctl disable` undoes the second. The lists are fetched
 * only when they are empty or so old that a download fails.
 */
const aptScript = `
set -e
policy=/usr/sbin/policy-rc.d
if [ -e $policy ]; then mv $policy $policy.before; fi
trap 'rm -f $policy; if [ -e $policy.before ]; then mv $policy.before $policy; fi' EXIT
trap 'exit 130' INT TERM
printf '#!/bin/sh\\nexit 101\\n' > $policy
chmod 755 $policy
export DEBIAN_FRONTEND=noninteractive
get() { apt-get -q -o DPkg::Lock::Timeout=120 "$@"; }
install() { get install -y --no-install-recommends "$@"; }
get install --simulate "$@" > /dev/null 2>&1 || get update
install "$@" || { get update; install "$@"; }
for name in "$@"; do
  if [ "$name" = redis-server ] && command -v systemctl > /dev/null; then
    systemctl disable "$name" > /dev/null 2>&1 || true
  fi
done
`;

function asRoot(command: readonly string[]): readonly string[] {
  if (process.getuid?.() === 0) return command;
  if (findProgram("sudo") !== undefined) return ["sudo", ...command];
  throw new Refusal(`This needs root, and there is no sudo. ${byHand(command.slice(4))}`);
}

function run([program = "", ...args]: readonly string[], packages: readonly string[]): void {
  console.log(`Installing ${packages.join(", ")} from the system's packages …`);
  const { error, status } = spawnSync(program, args, { stdio: "inherit" });
  if (error === undefined && status === 0) return;
  throw new Refusal(`That did not work; see above. ${byHand(packages)}`);
}

const byHand = (packages: readonly string[]): string =>
  `Install ${packages.join(", ")} yourself (for example as root: apt-get install ` +
  `${packages.join(" ")}), or run everything in containers: ` +
  "docker compose -f deploy/compose.yaml up";
