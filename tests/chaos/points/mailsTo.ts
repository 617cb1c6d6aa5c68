import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** As victim.ts writes them, oldest first. */
export const mailsTo = (folder: string, address: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".eml"))
    .sort()
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .filter((mail) => mail.startsWith(`To: ${address}\n`));
