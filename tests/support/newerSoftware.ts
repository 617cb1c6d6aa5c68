import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** Texts to replace, by file. */
export type Changes = Readonly<Record<string, readonly (readonly [from: string, to: string])[]>>;

/** Copies the software into this folder, with some lines as they may read one day. */
export function copySoftware(folder: string, changes: Changes): void {
  for (const name of ["domain", "platform", "projections", "package.json", "tsconfig.json"]) {
    cpSync(name, join(folder, name), { recursive: true });
  }
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
  for (const [file, replacements] of Object.entries(changes)) {
    let text = readFileSync(join(folder, file), "utf8");
    for (const [from, to] of replacements) {
      if (!text.includes(from)) throw new Error(`${file} has no such line any more: ${from}`);
      text = text.replace(from, to);
    }
    writeFileSync(join(folder, file), text);
  }
}
