import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { userInfo } from "node:os";
import { basename, join } from "node:path";
import type { Environment } from "../../platform/config/environment.js";
import { answers } from "./answers.js";
import { writePrivateFile } from "./dataFolder.js";
import { projectRoot } from "./projectRoot.js";
import type { ProcessSpec } from "./runningProcess.js";
import { getProgram } from "./systemPackages.js";

const database = "obsidian";
const user = "obsidian";

export interface MariaDbOptions {
  /** Absolute; made when it is missing. */
  readonly folder: string;
  readonly port: number;
  /** Base64url, so it needs no quoting in SQL and in a URL. */
  readonly password: string;
  /** "fast" may lose the last second when the machine dies: for tests only. */
  readonly durability: "durable" | "fast";
}

export const mariaDbUrl = ({ port, password }: Pick<MariaDbOptions, "port" | "password">): string =>
  `mysql://${user}:${password}@127.0.0.1:${port}/${database}`;

/**
 * A private MariaDB with the databases `obsidian`, `obsidian_ops` and `obsidian_vault`. Its root can
 * come in through the Unix socket only, as the system user who runs it.
 */
export function prepareMariaDb(options: MariaDbOptions): ProcessSpec {
  const { durability, folder } = options;
  const data = join(folder, "data");
  const usersFile = join(folder, "users.sql");
  mkdirSync(join(folder, "tmp"), { recursive: true, mode: 0o700 });
  writePrivateFile(usersFile, userStatements(options.password));
  return {
    name: "mariaDb",
    before: existsSync(data) ? undefined : initialise(folder),
    command: getProgram("mariadbd"),
    args: [...baseFlags(data), ...serverFlags(options.port, usersFile), ...flushFlags[durability]],
    environment: serverEnvironment(),
    // It greets whoever connects, once its users are made.
    readiness: () => answers(options.port, "", /mysql_native_password|MariaDB/),
    graceSeconds: 30,
  };
}

const baseFlags = (data: string): string[] => [
  "--no-defaults",
  `--datadir=${data}`,
  // mariadbd refuses to run as root unless told so; as anybody else it just runs as that user.
  ...(process.getuid?.() === 0 ? ["--user=root"] : []),
  // Beside the data. A server that starts clears its temporary folder of tables, whoever made them.
  "--tmpdir=../tmp",
  "--skip-name-resolve",
  "--innodb-log-file-size=32M",
];

const serverFlags = (port: number, usersFile: string): string[] => [
  "--bind-address=127.0.0.1",
  `--port=${port}`,
  // Relative to the data folder: a socket's path may have 107 bytes, and data folders lie deep.
  "--socket=mariadb.sock",
  `--init-file=${usersFile}`,
  "--character-set-server=utf8mb4",
  "--collation-server=utf8mb4_bin",
  "--default-time-zone=+00:00",
  "--local-infile=0",
  // One machine, a few processes: small beats fast here.
  "--performance-schema=OFF",
  "--max-connections=300",
  "--innodb-buffer-pool-size=64M",
  "--aria-pagecache-buffer-size=4M",
  "--key-buffer-size=1M",
];

/** The vault and the outbox live here too, and nobody can rebuild those: each commit is synced. */
const flushFlags = {
  durable: ["--innodb-flush-log-at-trx-commit=1"],
  fast: ["--innodb-flush-log-at-trx-commit=0", "--skip-innodb-doublewrite"],
} as const;

/** MariaDB sets its files' modes itself, whatever the umask says. */
const serverEnvironment = (): Environment => ({
  PATH: process.env["PATH"],
  UMASK: "0600",
  UMASK_DIR: "0700",
});

const installFlags = ["--skip-test-db", "--auth-root-authentication-method=socket"];
const unfinishedPrefix = "unfinished-";
const removeAttempts = 5;

/**
 * An interrupted first start leaves only an unfinished folder, and the next one starts afresh in its
 * own: what was interrupted may still be writing.
 */
function initialise(folder: string): ProcessSpec {
  for (const name of readdirSync(folder)) {
    if (name.startsWith(unfinishedPrefix)) removeUnfinished(join(folder, name));
  }
  const unfinished = basename(mkdtempSync(join(folder, unfinishedPrefix)));
  const install = [
    getProgram("mariadb-install-db"),
    // Named from within its parent folder: the script stumbles over spaces in a path.
    ...baseFlags(`./${unfinished}`),
    ...installFlags,
  ];
  return {
    name: "mariaDbData",
    command: "/bin/sh",
    args: ["-c", installScript, "sh", folder, unfinished, archive(), ...install],
    environment: serverEnvironment(),
    readiness: "exit",
  };
}

/**
 * Installing writes the same 49 MB each time, which takes longer than all the rest of a first start:
 * what the first one wrote is kept for the next. Nobody has used it yet, so it holds no secret; what
 * is made from it does, so its files are private, whoever made the archive.
 */
const installScript = `
umask 077; cd "$1" && new=$2 && archive=$3 && shift 3
if [ -e "$archive" ]; then tar --no-same-permissions -xf "$archive" -C "$new"
else "$@" && { tar -cf "$archive.$$" -C "$new" . && mv "$archive.$$" "$archive" || rm -f "$archive.$$"; }
fi && mv "$new" data
`;

/** Its name says who installed with which server and how: others install for themselves. */
function archive(): string {
  const { mtimeMs, size } = statSync(getProgram("mariadbd"));
  const flags = [...baseFlags(""), ...installFlags];
  const how = JSON.stringify([mtimeMs, size, userInfo().username, flags]);
  const name = `mariaDb-${createHash("sha256").update(how).digest("hex").slice(0, 16)}.tar`;
  return join(projectRoot, ".build", name);
}

/** What can't be removed while somebody writes there goes at a later first start, or never. */
function removeUnfinished(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true, maxRetries: removeAttempts });
  } catch {
    // It is in nobody's way.
  }
}

/**
 * Run by the server itself before anybody can connect, at each start: whatever the password was,
 * now it is this one. One statement a line is the form it reads.
 */
function userStatements(password: string): string {
  const account = `'${user}'@'127.0.0.1'`;
  const databases = [database, `${database}_ops`, `${database}_vault`];
  return [
    `CREATE USER IF NOT EXISTS ${account};`,
    `ALTER USER ${account} IDENTIFIED BY '${password}';`,
    `GRANT ALL ON \`${database}\`.* TO ${account};`,
    `GRANT ALL ON \`${database}\\_%\`.* TO ${account};`,
    ...databases.map((name) => `CREATE DATABASE IF NOT EXISTS \`${name}\`;`),
    "",
  ].join("\n");
}
