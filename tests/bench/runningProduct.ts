import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launcher } from "../../platform/process/launcher.js";
import { type Demo, makeDemo } from "../../scripts/demo.js";
import {
  type Installation,
  planInstallation,
  withoutNode,
} from "../../scripts/supervisor/installation.js";
import { reservePort } from "../../scripts/supervisor/reservePort.js";
import { startInstallation } from "../../scripts/supervisor/startInstallation.js";
import { Supervisor } from "../../scripts/supervisor/supervisor.js";

export interface BenchProduct {
  readonly url: string;
  /** Keys of many users, since nobody generates more than 25 loops a day. */
  readonly apiKeys: readonly string[];
  readonly installation: Installation;
  /** RssAnon of each process in MB, by name; empty where /proc does not tell. */
  memoryMb(): Readonly<Record<string, number>>;
  /**
   * Processor time so far of each process in ms, the bench's own included, and that of FFmpeg and of
   * the process that runs it.
   */
  cpuMs(): Readonly<Record<string, number>>;
  stop(): Promise<void>;
}

const unlimited = "address=1000000/60,account=1000000/60,generate=1000000/60,node=1000000/60";

/** The product as `npm start` runs it, with nodes that have their audio ready in place of its own. */
export async function startBenchProduct({
  nodeCount,
  userCount,
  settings,
}: {
  readonly nodeCount: number;
  readonly userCount: number;
  readonly settings: Readonly<Record<string, string>>;
}): Promise<BenchProduct> {
  process.umask(0o077);
  const folder = mkdtempSync(join(tmpdir(), "obsidian-bench-"));
  const given = { ...process.env, RATE_LIMITS: unlimited, ...settings };
  const planned = await planInstallation(folder, await reservePort(), given);
  const installation = withoutNode(planned);
  const supervisor = new Supervisor(folder, () => undefined);
  await startInstallation(installation, supervisor);
  const demos: Demo[] = [];
  for (let n = 0; n < userCount; n += 1) demos.push(await makeDemo(installation.config, folder));
  const nodes = nodeCount === 0 ? undefined : await startNodes(installation, nodeCount);
  return {
    url: installation.config.appUrl,
    apiKeys: demos.map(({ apiKey }) => apiKey),
    installation,
    memoryMb: () => mapValues(pidsIn(join(folder, "pids")), memoryMbOf),
    cpuMs() {
      const own = { ...(nodes?.pid && { readyNodes: nodes.pid }), bench: process.pid };
      const pids = pidsIn(join(folder, "pids"));
      const times = mapValues({ ...pids, ...own }, (pid) => cpuMsOf(pid).own);
      return { ...times, ...ffmpegCpuMs(pids["api"]) };
    },
    async stop() {
      nodes?.kill("SIGKILL");
      await supervisor.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startNodes({ config }: Installation, count: number): Promise<ChildProcess> {
  const program = ["tests/bench/readyNodes.ts", config.appUrl, String(count)];
  const nodes = fork(launcher, program, { execArgv: [] });
  await once(nodes, "message");
  return nodes;
}

function pidsIn(folder: string): Record<string, number> {
  if (process.platform !== "linux") return {};
  const entries = readdirSync(folder).map((name): [string, number] => [
    name.replace(/\.pid$/, ""),
    Number.parseInt(readFileSync(join(folder, name), "utf8"), 10),
  ]);
  return Object.fromEntries(entries);
}

const mapValues = (
  values: Readonly<Record<string, number>>,
  change: (value: number) => number,
): Record<string, number> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));

function memoryMbOf(pid: number): number {
  const [, kilobytes = "0"] = /^RssAnon:\s+(\d+) kB/m.exec(procFile(pid, "status")) ?? [];
  return Math.round(Number(kilobytes) / 1024);
}

/** The API has one child, the host of FFmpeg, whose ended children are all the FFmpegs there were. */
function ffmpegCpuMs(api: number | undefined): Record<string, number> {
  if (api === undefined) return {};
  const host = Number.parseInt(procFile(api, `task/${api}/children`), 10);
  if (Number.isNaN(host)) return {};
  const { own, ended } = cpuMsOf(host);
  return { ffmpegHost: own, ffmpeg: ended };
}

/** proc(5): utime and stime, cutime and cstime, in hundredths of a second. */
function cpuMsOf(pid: number): { own: number; ended: number } {
  const fields = procFile(pid, "stat").split(") ")[1]?.split(" ") ?? [];
  const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15).map(Number);
  return { own: (user + system) * 10, ended: (endedUser + endedSystem) * 10 };
}

const procFile = (pid: number, name: string): string =>
  readFileSync(`/proc/${pid}/${name}`, "utf8");
