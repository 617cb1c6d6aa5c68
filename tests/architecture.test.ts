import { existsSync, readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, normalize, sep } from "node:path";
import { describe, expect, it } from "vitest";

/**
 * Who may import whom, as drawn in ARCHITECTURE.md. A folder may always import itself. `packages`
 * limits npm packages and Node's own modules; without it any are allowed.
 */
interface Rule {
  readonly folders: readonly string[];
  readonly files?: readonly string[] | RegExp;
  readonly packages?: readonly string[];
}
/** Whoever asks a read model sees neither how it is filled nor what its table is made of. */
const queries = /^projections\/(\w+\/queries|readTables|timedPage)\.js$/;

const rules: Readonly<Record<string, Rule>> = {
  domain: { folders: [], packages: ["zod", "decimal.js", "json-canonicalize", "node:crypto"] },
  platform: { folders: ["domain"] },
  commands: { folders: ["domain", "platform"] },
  projections: { folders: ["domain", "platform"] },
  workers: { folders: ["domain", "platform", "commands"], files: queries },
  api: { folders: ["domain", "platform", "commands"], files: queries },
  "gpu-node": {
    folders: ["domain"],
    files: [
      "platform/config/config.js",
      "platform/html.js",
      "platform/ids.js",
      "platform/process/clock.js",
      "platform/process/launcher.js",
      "platform/process/lifecycle.js",
      "platform/process/log.js",
      "platform/keys/nodeSignatures.js",
      "platform/keys/nodeWork.js",
      "platform/process/refusal.js",
      "package.json",
    ],
  },
  eventstore: { folders: [], files: ["platform/process/launcher.js"] },
};
const unrestricted = ["scripts", "tests"];
const withoutCode = ["deploy", "docs", "node_modules"];

/** Only adapters touch a vendor's client; Kysely and Fastify shape the code that uses them. */
const vendorPackages: Readonly<Record<string, readonly string[]>> = {
  "@eventstore/db-client": ["platform", "eventstore"],
  mysql2: ["platform"],
  ioredis: ["platform"],
  nodemailer: ["platform"],
  "fluent-ffmpeg": ["platform"],
  jose: ["platform"],
  bullmq: ["platform"],
  stripe: ["platform"],
  "@octokit/webhooks-methods": ["platform"],
  kysely: ["platform", "projections"],
  fastify: ["api", "gpu-node", "platform"],
  "fastify-type-provider-zod": ["api"],
};

const filesPerFolderMin = 2;

function sourceFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return paths.filter((path) => /\.m?ts$|\.m?js$/.test(path)).map((path) => join(folder, path));
}

/** Every module a file names: static, side-effect, re-exported, dynamic and worker imports. */
function importedSources(file: string): string[] {
  const text = readFileSync(file, "utf8");
  const patterns = [
    /(?:^|[;}\s])(?:import|export)\s(?:[^"'`;]*?\sfrom\s)?["']([^"']+)["']/g,
    /\bimport\(\s*["'`]([^"'`]+)["'`]/g,
    /new URL\(\s*["'`](\.[^"'`]+)["'`]\s*,\s*import\.meta\.url/g,
  ];
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, name = ""]) => name));
}

type Source = { kind: "package"; name: string } | { kind: "file"; folder: string; path: string };

function resolveSource(file: string, source: string): Source {
  if (!source.startsWith(".")) {
    const parts = source.replace(/^node:/, "").split("/");
    const name = source.startsWith("@") ? parts.slice(0, 2).join("/") : (parts[0] ?? "");
    return { kind: "package", name: isBuiltin(source) ? `node:${name}` : name };
  }
  const path = normalize(join(dirname(file), source));
  return { kind: "file", folder: path.split(sep)[0] ?? "", path };
}

const isBuiltin = (source: string): boolean =>
  source.startsWith("node:") || builtinModules.includes(source);

function isAllowed(folder: string, rule: Rule, source: Source): boolean {
  if (source.kind === "package") return rule.packages?.includes(source.name) ?? true;
  if (source.folder === folder || rule.folders.includes(source.folder)) return true;
  if (rule.files instanceof RegExp) return rule.files.test(source.path);
  return rule.files?.includes(source.path) ?? false;
}

function offences(allowed: (folder: string, source: Source) => boolean): string[] {
  return Object.keys(rules).flatMap((folder) =>
    sourceFiles(folder).flatMap((file) =>
      importedSources(file)
        .filter((source) => !allowed(folder, resolveSource(file, source)))
        .map((source) => `${file} -> ${source}`),
    ),
  );
}

/** Top-level values of a file below the first top-level statement that calls one of its functions. */
function declaredTooLate(text: string): string[] {
  const local = new Set([...text.matchAll(/^(?:async )?function (\w+)/gm)].map(([, name]) => name));
  const declaration =
    /^(?:export |declare |async |abstract )*(?:const|let|class|function|import|type|interface|\/?\*|\/\/)/;
  const value = /^(?:export |abstract )*(?:const|let|class) ([\w{[]+)/;
  let isStatement = false;
  let isRunning = false;
  const late: string[] = [];
  for (const line of text.split("\n")) {
    if (/^[^\s})\]]/.test(line)) isStatement = !declaration.test(line);
    const called = [...line.matchAll(/(?<![.\w])(\w+)\(/g)].map(([, name]) => name);
    isRunning ||= isStatement && called.some((name) => local.has(name));
    const [, name] = value.exec(line) ?? [];
    if (isRunning && name !== undefined) late.push(name);
  }
  return late;
}

describe("the folder rule", () => {
  it.each(Object.entries(rules))("%s imports only what its row allows", (folder, rule) => {
    const files = sourceFiles(folder);
    expect(files.length, `${folder} has too few files to be checked`).toBeGreaterThanOrEqual(
      filesPerFolderMin,
    );
    const found = files.flatMap((file) =>
      importedSources(file)
        .filter((source) => !isAllowed(folder, rule, resolveSource(file, source)))
        .map((source) => `${file} -> ${source}`),
    );
    expect(found).toEqual([]);
  });

  it("keeps vendor clients in the folders that adapt them", () => {
    const found = offences((folder, source) => {
      const owners = source.kind === "package" ? vendorPackages[source.name] : undefined;
      return owners === undefined || owners.includes(folder);
    });
    expect(found).toEqual([]);
  });

  it("knows every top-level folder", () => {
    const folders = readdirSync(".", { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
      .map(({ name }) => name);
    const known = [...Object.keys(rules), ...unrestricted, ...withoutCode];
    expect(folders.filter((name) => !known.includes(name))).toEqual([]);
  });

  it("sees each way to import", () => {
    const file = "tests/fixtures/everyImport.ts.txt";
    expect(importedSources(file)).toEqual([
      "node:fs",
      "./sideEffect.js",
      "../types.js",
      "./reExported.js",
      "./dynamic.js",
      "./thread.js",
    ]);
  });
});

describe("house rules", () => {
  const linesMax = 300;
  const files = [...Object.keys(rules), "scripts"].flatMap(sourceFiles);

  it(`keeps source files within ${linesMax} lines`, () => {
    const tooLong = files.filter(
      (file) => readFileSync(file, "utf8").split("\n").length > linesMax + 1,
    );
    expect(tooLong).toEqual([]);
  });

  it("has no grab-bag files and no folder-wide exports", () => {
    const banned = /(^|\/)(utils?|helpers?|common|misc|types|index)\.(m?ts|m?js)$/;
    expect(files.filter((file) => banned.test(file))).toEqual([]);
  });

  it("never takes money through a floating-point number: see domain/money", () => {
    const floats =
      /\b(Number|parseFloat)\([^)\n]*(amount|balance|gross|money|\bfee\b)|\.toNumber\(/i;
    const found = files
      .filter((file) => !file.startsWith(join("domain", "money")))
      .filter((file) => floats.test(readFileSync(file, "utf8")));
    expect(found).toEqual([]);
  });

  it("lets only commands append: a route makes one call of a use case and translates", () => {
    const appends = /import \{[^}]*\bhandle\b[^}]*\} from "[^"]*commands\/handle\.js"|\.append\(/;
    const found = sourceFiles("api").filter((file) => appends.test(readFileSync(file, "utf8")));
    expect(found).toEqual([]);
  });

  it("keeps HTTP out of commands: they return verdicts, which routes give a status", () => {
    const http = /\bfastify\b|\bApiError\b/i;
    const found = sourceFiles("commands").filter((file) => http.test(readFileSync(file, "utf8")));
    expect(found).toEqual([]);
  });

  it("counts in Redis, and gives the count an end, in one step: see asOne", () => {
    const alone = /\bredis\.(incr|decr|hincr|[hsz]add|p?expire)\w*\(|\.exec\(\)/;
    const found = sourceFiles(join("platform", "redis"))
      .filter((file) => !file.endsWith("connection.ts"))
      .filter((file) => alone.test(readFileSync(file, "utf8")));
    expect(found).toEqual([]);
  });

  it("goes by the ledger's clock where others wait for what it says: see platform/ledgerClock", () => {
    // One doubts its clock by rules of its own, the other only says when it started.
    const known = ["projections/main.ts", "workers/schedulerMain.ts"];
    const found = ["api", "commands", "projections", "workers"]
      .flatMap(sourceFiles)
      .filter((file) => /\bsystemClock\b|\bDate\.now\(/.test(readFileSync(file, "utf8")));
    expect(found.sort()).toEqual(known);
  });

  it("never reads the clock, randomness or the process in domain", () => {
    const impure = /\bDate\.now\(|\bnew Date\(\)|Math\.random\(|randomUUID\(|process\./;
    const found = sourceFiles("domain").filter((file) => impure.test(readFileSync(file, "utf8")));
    expect(found).toEqual([]);
  });

  it("declares what a program's functions use before it calls them: later, it does not exist yet", () => {
    const programs = files.filter((file) => /^scripts\/.*\.ts$|main\.ts$/i.test(file));
    const found = programs.flatMap((file) =>
      declaredTooLate(readFileSync(file, "utf8")).map((name) => `${file}: ${name}`),
    );
    expect(found).toEqual([]);
    const late =
      "if (help) show();\nelse {\n  await run();\n}\nasync function run() {}\nconst a = 1;\n";
    expect(declaredTooLate(late)).toEqual(["a"]);
    expect(declaredTooLate(late.replace("await run()", "await other()"))).toEqual([]);
  });
});
