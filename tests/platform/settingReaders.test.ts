import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { nodeSettings } from "../../platform/config/nodeSettings.js";
import { serverSettings } from "../../platform/config/serverSettings.js";
import { namesOf } from "../../platform/config/settings.js";
import { temporaryFolder } from "../support/temporaryFolder.js";

const sources = [
  ...["api", "commands", "domain", "gpu-node", "platform", "projections", "scripts", "workers"],
  ...["eventstore", "package.json"],
];
/** A setting that nobody reads. */
const probe = "PROBE";

/**
 * A setting without a reader promises what nothing does. So each value of a configuration gets a
 * type that fits nowhere: whatever the compiler then says outside `platform/config` is a reader.
 * It names one value of several that go one way together, so it is asked until it finds no more.
 */
it("has every setting read outside of platform/config, and notices one that is not", () => {
  const folder = copyOfSources();
  const unread = new Set<string>([probe, ...namesOf({ serverSettings, nodeSettings })]);
  let unreadBefore: number;
  do {
    unreadBefore = unread.size;
    spoil(folder, unread);
    for (const name of readersIn(folder)) unread.delete(name);
  } while (unread.size > 1 && unread.size < unreadBefore);
  expect([...unread]).toEqual([probe]);
}, 180_000);

function copyOfSources(): string {
  const folder = temporaryFolder();
  for (const source of sources) cpSync(source, join(folder, source), { recursive: true });
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
  const options = JSON.parse(readFileSync("tsconfig.json", "utf8"));
  Object.assign(options.compilerOptions, { noErrorTruncation: true, incremental: true });
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(options));
  edit(
    join(folder, "platform/config/http.ts"),
    "export const http = {",
    (start) => `${start} probe: setting("${probe}", anything),`,
  );
  return folder;
}

function spoil(folder: string, names: ReadonlySet<string>): void {
  const file = join(folder, "platform/config/settings.ts");
  cpSync("platform/config/settings.ts", file);
  edit(
    file,
    /Node extends Setting<infer Value>\s*\? Value/,
    () => "Node extends Setting<infer Value, infer Name> ? Spoilt<Value, Name>",
  );
  const union = Array.from(names, (name) => `"${name}"`).join(" | ");
  const types = `
type Spoilt<Value, Name> = Name & (${union}) extends never ? Value : Unread<Name>;
export interface Unread<Name> { readonly unread: Name }
`;
  writeFileSync(file, readFileSync(file, "utf8") + types);
}

function edit(file: string, part: string | RegExp, change: (found: string) => string): void {
  const text = readFileSync(file, "utf8");
  const changed = text.replace(part, change);
  expect(changed, file).not.toBe(text);
  writeFileSync(file, changed);
}

/** The variables that stand behind the types in which the compiler found a fault. */
function readersIn(folder: string): string[] {
  const program = resolve("node_modules/.bin/tsc");
  const { stdout } = spawnSync(program, ["--pretty", "false"], { cwd: folder, encoding: "utf8" });
  const faults = stdout.split(/\n(?=\S)/).filter((fault) => !fault.startsWith("platform/config/"));
  // The last line of a fault names the innermost types; those above it show whole objects.
  const types = faults.map((fault) => fault.trim().split("\n").at(-1) ?? "");
  return types.flatMap((line) =>
    [...line.matchAll(/'Unread<([^>]*)>[^']*'/g)].flatMap(([, names = ""]) =>
      [...names.matchAll(/"(\w+)"/g)].map(([, name = ""]) => name),
    ),
  );
}
