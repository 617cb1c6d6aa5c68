import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inTurn } from "../../commands/inTurn.js";
import { rateLimitNames } from "../../platform/config/rateLimits.js";
import { makeDemo } from "../../scripts/demo.js";
import { planInstallation } from "../../scripts/supervisor/installation.js";
import { reservePort } from "../../scripts/supervisor/reservePort.js";
import { startInstallation } from "../../scripts/supervisor/startInstallation.js";
import { Supervisor } from "../../scripts/supervisor/supervisor.js";

const unlimited = rateLimitNames.map((name) => `${name}=1000000/60`).join();

export type Installed = Awaited<ReturnType<typeof startInstalled>>;

/**
 * Everything that `npm start` runs, under a supervisor in this process, and without rate limits unless
 * `chosen` sets some. `prepare` may do something to the folder before any server uses it.
 */
export async function startInstalled(
  chosen: Readonly<Record<string, string>> = {},
  prepare: (folder: string) => void = () => undefined,
) {
  process.umask(0o077);
  const folder = mkdtempSync(join(tmpdir(), "obsidian-installed-"));
  const settings = { ...process.env, APP_ENV: "", RATE_LIMITS: unlimited, ...chosen };
  const installation = await planInstallation(folder, await reservePort(), settings);
  prepare(folder);
  const supervisor = new Supervisor(folder, () => undefined);
  await startInstallation(installation, supervisor);
  const { config } = installation;
  const pidOf = (name: string): number =>
    Number.parseInt(readFileSync(join(folder, "pids", `${name}.pid`), "utf8"), 10);
  return {
    folder,
    config,
    environment: installation.environment,
    url: config.appUrl,
    databaseUrl: config.databaseUrl,
    /** Of the API. */
    metricsUrl: `http://${config.metrics.host}:${config.metrics.port}/metrics`,
    pidOf,
    /** Of the process that runs FFmpeg, a child of the API. */
    ffmpegHostPid: () => ffmpegHostOf(pidOf("api")),
    /** Somebody new, with a key; one after the other, since closing a client ends all appends of the process. */
    makePerson: () => inTurn("person", () => makeDemo(config, folder)),
    /** `undo` takes back what was prepared, once nothing runs any more. */
    async stop(undo: () => void = () => undefined): Promise<void> {
      await supervisor.stop();
      undo();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function ffmpegHostOf(parent: number): number {
  const tasks = `/proc/${parent}/task`;
  const children = readdirSync(tasks).flatMap((task) =>
    readFileSync(join(tasks, task, "children"), "utf8")
      .split(" ")
      .filter(Boolean),
  );
  const isHost = (pid: string) =>
    readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("ffmpegHostMain");
  return Number(children.find(isHost));
}
