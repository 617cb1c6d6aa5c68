import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { completeEnvironment } from "./completeEnvironment.js";
import { runScript } from "./terminal.js";
import { appSecret, type World } from "./world.js";

/** The settings with which a command works on the ledger of a test. */
export const environmentOf = (world: World) => ({
  PATH: process.env["PATH"],
  HOME: process.env["HOME"],
  ...completeEnvironment,
  APP_SECRET: appSecret,
  EVENTSTORE_URL: world.eventStoreUrl,
  DATABASE_URL: world.databaseUrl,
  REDIS_URL: world.redisUrl,
  BLOB_URL: pathToFileURL(join(world.folder, "blobs")).href,
  ERASURES_FILE: join(world.folder, "erasures"),
  CERTIFICATE_KEY_FILE: join(world.folder, "certificate.pem"),
});

/** Runs a command of package.json as a person does; `--json` in its arguments is read. */
export async function runTool(
  world: World,
  script: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
) {
  const terminal = runScript("scripts/bootstrap.mjs", [`scripts/${script}.ts`, ...args], {
    env: { ...environmentOf(world), ...environment },
  });
  const code = await terminal.ended;
  const json = terminal.lines.find((line) => /^\{(?!"level")/.test(line));
  return { code, output: terminal.output, json: json === undefined ? {} : JSON.parse(json) };
}
