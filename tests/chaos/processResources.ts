import { readdirSync, readFileSync } from "node:fs";

/** Memory that is the process's own, without the pages of the database that it has mapped. */
export function anonymousMib(pid: number): number {
  const [, kib = ""] =
    /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kib) / 1_024;
}

export const openHandles = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;
