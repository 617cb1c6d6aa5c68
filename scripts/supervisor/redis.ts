import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { answers } from "./answers.js";
import { writePrivateFile } from "./dataFolder.js";
import type { ProcessSpec } from "./runningProcess.js";
import { getProgram } from "./systemPackages.js";

/** Tests take one each. */
const databases = 256;

export interface RedisOptions {
  /** Absolute; made when it is missing. */
  readonly folder: string;
  readonly port: number;
  /** Base64url, so it needs no quoting. */
  readonly password: string;
}

export const redisUrl = ({ port, password }: Pick<RedisOptions, "port" | "password">): string =>
  `redis://:${password}@127.0.0.1:${port}`;

/** A private Redis that keeps what it was told when it is started again. */
export function prepareRedis(options: RedisOptions): ProcessSpec {
  const { password, port } = options;
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  const settingsFile = join(options.folder, "redis.conf");
  writePrivateFile(settingsFile, settings(options));
  return {
    name: "redis",
    command: getProgram("redis-server"),
    args: [settingsFile],
    environment: { PATH: process.env["PATH"] },
    // While it loads what it kept, it answers that it is loading.
    readiness: () => answers(port, `AUTH ${password}\r\nPING\r\n`, /\+PONG/),
  };
}

/** In a file, since a password on the command line could be read by every user of the machine. */
const settings = ({ folder, port, password }: RedisOptions): string => `
bind 127.0.0.1
port ${port}
requirepass ${password}
dir ${JSON.stringify(folder)}
databases ${databases}
appendonly yes
save ""
# A job that is pushed out to make room would be a job that never runs.
maxmemory-policy noeviction
# A leftover server is recognised by its command line, so it must not rewrite that.
set-proc-title no
`;
