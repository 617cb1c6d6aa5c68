import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const read = (file: string): string => readFileSync(file, "utf8");
const sources = readdirSync("workers", { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .map((path) => join("workers", path));

/** Where each thing of a kind is exported: its name, and its file. */
function exportsLike(pattern: RegExp): { name: string; file: string }[] {
  return sources.flatMap((file) =>
    [...read(file).matchAll(pattern)].map(([, name = ""]) => ({ name, file })),
  );
}

const managers = exportsLike(/^export const (\w+) = \([^=]*\): ProcessManager =>/gm);
const sweeps = exportsLike(/^export (?:async function|class) (sweep\w+|\w+Sweep)\b/gm);
const jobs = exportsLike(/^export async function (\w+)\(/gm).filter(({ file }) =>
  file.startsWith(join("workers", "schedule")),
);

describe("what runs in the background", () => {
  it.each([
    { list: "workers/managers.ts", of: managers },
    { list: "workers/sweeps.ts", of: sweeps },
    { list: "workers/schedule/jobs.ts", of: jobs },
  ])("is all in $list", ({ list, of }) => {
    expect(of.length).toBeGreaterThan(2);
    const text = read(list);
    const called = ({ name }: { name: string }) => new RegExp(`[^\\w.]${name}\\(`).test(text);
    expect(of.filter((each) => !called(each))).toEqual([]);
  });

  it("goes over rows by sweepEach, so that none stops the others", () => {
    const swept = sources.filter((file) =>
      /workers\/(sweep|schedule)\/|\/sweep\w+\.ts$/.test(file),
    );
    expect(swept.length).toBeGreaterThan(9);
    const loops = /for (await )?\(const [^)]*of [^)]*(await |\brows\b)/;
    expect(swept.filter((file) => loops.test(read(file)))).toEqual(["workers/sweepEach.ts"]);
  });

  it("has no process manager that these patterns do not see", () => {
    const made = sources.filter((file) => read(file).includes(" processManager({"));
    expect(made.sort()).toEqual(managers.map(({ file }) => file).sort());
  });

  it("has every process manager in ARCHITECTURE.md, and every file named there exists", () => {
    const [, afterHeading = ""] = read("ARCHITECTURE.md").split(
      "\n## Work that crosses two streams\n",
    );
    const [section = ""] = afterHeading.split("\n## ");
    const named = [...section.matchAll(/`(workers\/[^`]*\.ts)` +\|$/gm)].map(
      ([, file = ""]) => file,
    );
    expect(named.filter((file) => !sources.includes(file))).toEqual([]);
    expect(managers.filter(({ file }) => !named.includes(file))).toEqual([]);
  });
});
