import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { makeDatabases } from "../../../platform/mysql/database.js";
import { lockDataFolder } from "../../../scripts/supervisor/dataLock.js";
import { mariaDbUrl, prepareMariaDb } from "../../../scripts/supervisor/mariaDb.js";
import { reservePort } from "../../../scripts/supervisor/reservePort.js";
import { Supervisor } from "../../../scripts/supervisor/supervisor.js";
import { folderPrefix } from "../servers.js";

/** Room for many rows at once: the server of other tests has little, and shall keep it. */
const roomy = ["--innodb-buffer-pool-size=512M", "--innodb-log-file-size=512M"];

export interface BigServer {
  /** DATABASE_URL of three empty databases. */
  readonly url: string;
  stop(): Promise<void>;
}

/** A server of its own, or the one that TEST_DATABASE_URL names. */
export async function startBigServer(): Promise<BigServer> {
  const folder = mkdtempSync(folderPrefix);
  lockDataFolder(folder);
  const supervisor = new Supervisor(folder, () => undefined);
  process.once("exit", () => supervisor.kill());
  const url = new URL(process.env["TEST_DATABASE_URL"] || (await startMariaDb(supervisor, folder)));
  url.pathname = `/obsidian_${randomBytes(6).toString("hex")}`;
  await makeDatabases(url.href);
  return {
    url: url.href,
    async stop() {
      await supervisor.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startMariaDb(supervisor: Supervisor, folder: string): Promise<string> {
  const password = randomBytes(16).toString("base64url");
  const options = { folder: join(folder, "mariadb"), port: await reservePort(), password };
  const spec = prepareMariaDb({ ...options, durability: "fast" });
  await supervisor.start({ ...spec, args: [...(spec.args ?? []), ...roomy] });
  return mariaDbUrl(options);
}
