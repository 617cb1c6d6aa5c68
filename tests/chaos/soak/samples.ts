import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { anonymousMib, openHandles } from "../processResources.js";
import { type ProductUnderTest, processNames } from "../product/productUnderTest.js";

/** What is looked at of each process; heap and event loop of those that serve `/metrics`. */
export const quantities = ["memory MiB", "heap MiB", "files", "sockets", "loop handles"] as const;
export type Quantity = (typeof quantities)[number];

export type Sample = Readonly<Partial<Record<Quantity, number>>>;

const mib = 1024 ** 2;

/** One look at every process that runs; Linux only. */
export async function takeSamples(product: ProductUnderTest): Promise<Map<string, Sample>> {
  const samples = new Map<string, Sample>();
  for (const name of processNames) {
    const pid = product.pidOf(name);
    if (pid === undefined) continue;
    samples.set(name, {
      "memory MiB": anonymousMib(pid),
      files: openHandles(pid),
      sockets: countSockets(pid),
      ...(await readMetrics(metricsPortOf(product.folder, name))),
    });
  }
  return samples;
}

function countSockets(pid: number): number {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).filter((fd) => targetOf(join(folder, fd)).startsWith("socket:"))
    .length;
}

/** It may be closed by now. */
function targetOf(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return "";
  }
}

/** Each process says in its log where its metrics are. */
function metricsPortOf(folder: string, name: string): string | undefined {
  const log = readFileSync(join(folder, "logs", `${name}.log`), "utf8");
  return [...log.matchAll(/"metricsPort":(\d+)/g)].at(-1)?.[1];
}

async function readMetrics(port: string | undefined): Promise<Sample> {
  if (port === undefined) return {};
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const metric = (name: string) =>
    Number(new RegExp(`^${name}\\{[^}]*\\} (\\S+)$`, "m").exec(metrics)?.[1]);
  return {
    "heap MiB": metric("nodejs_heap_size_used_bytes") / mib,
    "loop handles": metric("nodejs_active_handles_total"),
  };
}
