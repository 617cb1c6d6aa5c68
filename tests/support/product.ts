import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { reservePort } from "../../scripts/supervisor/reservePort.js";
import { Terminal } from "./terminal.js";

const demoSchema = z.object({
  url: z.string(),
  email: z.string(),
  password: z.string(),
  apiKey: z.string(),
});

/** The whole product as `npm start -- --demo` runs it, on a folder of its own, with these settings. */
export async function startProduct(settings: Readonly<Record<string, string>> = {}) {
  const folder = mkdtempSync(join(tmpdir(), "obsidian-product-"));
  const dataDir = join(folder, "data");
  const port = await reservePort();
  const terminal = npm("start", ["--demo", "--data", dataDir, "--port", String(port)], settings);
  await terminal.line(/Stop with Ctrl-C/);
  const demo = demoSchema.parse(JSON.parse(readFileSync(join(dataDir, "demo.json"), "utf8")));
  return {
    ...demo,
    dataDir,
    terminal,
    mailsTo: (address: string) => mailsTo(join(dataDir, "mail"), address),
    pidOf: (name: string) => {
      const text = readFileSync(join(dataDir, "pids", `${name}.pid`), "utf8");
      return Number.parseInt(text, 10);
    },
    async stop(): Promise<number | string> {
      terminal.child.kill("SIGINT");
      const code = await terminal.ended;
      rmSync(folder, { recursive: true, force: true });
      return code;
    },
  };
}
export type Product = Awaited<ReturnType<typeof startProduct>>;

/** `npm run …` as at a terminal. */
export function npm(
  script: string,
  args: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Terminal {
  const { VITEST: _, ...inherited } = process.env;
  const environment = { ...inherited, PORT: "", APP_ENV: "", ...settings };
  return new Terminal("npm", ["run", "--silent", script, "--", ...args], { env: environment });
}

function mailsTo(folder: string, address: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".eml"))
    .sort()
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .filter((text) => text.includes(`To: ${address}`));
}
