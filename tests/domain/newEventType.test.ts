import { spawnSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { eventsByCategory } from "../../domain/ledger.js";
import { temporaryFolder } from "../support/temporaryFolder.js";

const aggregates = Object.keys(eventsByCategory);

/**
 * An `evolve` that does not know a type would fold it to whatever stands last. So each aggregate
 * gets a twin of its last event: same fields, another name, so only the name can be the reason why
 * the compiler stops there.
 */
it("has a new event type refused by the compiler in the evolve of every aggregate", {
  timeout: 120_000,
}, () => {
  const folder = copyOfDomain();
  for (const aggregate of aggregates) addTwin(join(folder, "domain", aggregate, "events.ts"));
  const errors = compilerErrors(folder);
  const silent = aggregates.filter((aggregate) => {
    const places = placesOfEvolve(folder, `domain/${aggregate}`);
    return !errors.some((error) => places.some((place) => isWithin(place, error)));
  });
  expect(silent).toEqual([]);
});

function copyOfDomain(): string {
  const folder = temporaryFolder();
  cpSync("domain", join(folder, "domain"), { recursive: true });
  cpSync("package.json", join(folder, "package.json"));
  cpSync("tsconfig.json", join(folder, "tsconfig.json"));
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
  return folder;
}

function addTwin(file: string): void {
  const text = readFileSync(file, "utf8");
  const end = text.indexOf("\n] as const;\nexport type");
  const last = text.slice(text.lastIndexOf("\n  defineEvent(", end), end);
  const twin = last.replace(/defineEvent\("(\w+)"/, 'defineEvent("$1Twin"');
  expect(twin, file).toMatch(/^\n {2}defineEvent\("\w+Twin", \{[\s\S]*\}\),$/);
  writeFileSync(file, text.slice(0, end) + twin + text.slice(end));
}

interface Place {
  readonly file: string;
  readonly line: number;
}

function compilerErrors(folder: string): Place[] {
  const program = resolve("node_modules/.bin/tsc");
  const { stdout } = spawnSync(program, ["--pretty", "false"], { cwd: folder, encoding: "utf8" });
  const errors = [...stdout.matchAll(/^(\S+)\((\d+),\d+\): error/gm)];
  return errors.map(([, file = "", line]) => ({ file, line: Number(line) }));
}

interface Declaration extends Place {
  readonly name: string;
  readonly text: string;
}

/** `evolve` and what it names: the switch, or the record, may stand in either. */
function placesOfEvolve(folder: string, aggregate: string): Declaration[] {
  const files = readdirSync(join(folder, aggregate)).map((name) => `${aggregate}/${name}`);
  const all = files.flatMap((file) =>
    declarationsOf(file, readFileSync(join(folder, file), "utf8")),
  );
  const evolve = all.find(({ name }) => name === "evolve");
  return all.filter(
    ({ file, name }) => file === evolve?.file && new RegExp(`\\b${name}\\b`).test(evolve.text),
  );
}

const declarationStart = /^(?=(?:export )?(?:function|const|type|interface) )/m;

function declarationsOf(file: string, source: string): Declaration[] {
  let line = 1;
  return source.split(declarationStart).map((text) => {
    const [, name = "import"] =
      /^(?:export )?(?:function|const|type|interface) (\w+)/.exec(text) ?? [];
    const declaration = { file, line, name, text };
    line += text.split("\n").length - 1;
    return declaration;
  });
}

const isWithin = ({ file, line, text }: Declaration, error: Place): boolean =>
  file === error.file && error.line >= line && error.line < line + text.split("\n").length - 1;
