import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { choiceColumn } from "../projections/choiceColumn.js";

const read = (file: string): string => readFileSync(file, "utf8");
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => join(folder, path));
const sources = filesIn("workers");

/** Where each thing of a kind is exported: its name, and its file. */
function exportsLike(pattern: RegExp, files = sources): { name: string; file: string }[] {
  return files.flatMap((file) =>
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

/** Files in which something of a kind is made, whatever it is called. */
const filesWith = (pattern: RegExp, files: readonly string[]): string[] =>
  files.filter((file) => pattern.test(read(file))).sort();
const filesOf = (things: readonly { file: string }[]): string[] =>
  things.map(({ file }) => file).sort();

describe("what the projector keeps up to date", () => {
  const files = filesIn("projections");
  const models = exportsLike(
    /^export const (\w+)(?:: Projection = \{| = keyedProjection<)/gm,
    files,
  );

  it("is in projections/registry.ts", () => {
    const [, list = ""] =
      /const projections: [^=]*= \[([^\]]*)\]/.exec(read("projections/registry.ts")) ?? [];
    expect(list.match(/\w+/g)?.toSorted()).toEqual(models.map(({ name }) => name).sort());
  });

  it("has no read model that this pattern does not see", () => {
    expect(filesOf(models)).toEqual(filesWith(/\baboutMoney: (true|false)\b/, files));
  });
});

describe("a read model", () => {
  const files = filesIn("projections").filter(
    (path) => path.endsWith("/projection.ts") && path !== "projections/projection.ts",
  );

  it.each(files)("in %s has a column as wide as each value of a closed list", (file) => {
    const text = read(file);
    const [, row = ""] = /^export type \w+Row = \{$([^}]*)^\};$/m.exec(text) ?? [];
    const fields = [...row.matchAll(/^ {2}readonly (\w+): (.+);$/gm)];
    expect(fields.length).toBeGreaterThan(1);
    const isOpen = (type: string) => /^(string|number)( \| null)?$/.test(type);
    const unchecked = fields
      .filter(([, name, type = ""]) => !isOpen(type) && !text.includes(`${name} \${choiceColumn(`))
      .map(([, name]) => name);
    expect(unchecked).toEqual([]);
  });

  it("is not made at all with a value that is wider than its column", () => {
    expect(choiceColumn(["paid", "expired"], 8)).toContain("VARCHAR(8)");
    expect(() => choiceColumn(["paid", "cancelled"], 8)).toThrow(
      "A column of 8 can't hold cancelled: widen the column, and raise the version",
    );
  });
});

describe("what the API answers", () => {
  const files = filesIn("api");
  const routes = exportsLike(/^export const (\w+): FastifyPluginAsyncZod\b/gm, files);

  it("is in the lists of api/app.ts, or in a plugin that is", () => {
    const texts = files.map(read).join("\n");
    const lists = [...texts.matchAll(/^const (?:api|root)Routes = \[([^\]]*)\]/gm)];
    const registered = [...texts.matchAll(/\bfor \(const route of \[([^\]]*)\]\)/g)];
    const named = [...lists, ...registered].flatMap(([, list = ""]) => list.match(/\w+/g) ?? []);
    expect(lists).toHaveLength(2);
    expect(named.toSorted()).toEqual(routes.map(({ name }) => name).sort());
  });

  it("has no plugin that this pattern does not see", () => {
    expect(filesOf(routes)).toEqual(filesWith(/: FastifyPlugin\w*\b/, files));
  });
});
