import { existsSync, readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { Refusal } from "../../platform/process/refusal.js";

/** A setting, maybe as a shell would export it, and what follows its equals sign. */
const settingForm = /^\s*(?:export\s+)?[A-Za-z_][A-Za-z0-9_]*\s*=\s*(.*)$/;
const emptyForm = /^\s*(#.*)?$/;

/**
 * The settings in a file such as .env, none where there is no file. Read whole or not at all: a letter that
 * was lost in a password would be found much later. @throws Refusal that names the line
 */
export function readSettingsFile(file: string): NodeJS.Dict<string> {
  if (!existsSync(file)) return {};
  const lines = linesOf(file, readFileSync(file));
  for (let line = 0; line < lines.length; line += 1) line = endOfSetting(file, lines, line);
  return parseEnv(lines.join("\n"));
}

/** UTF-8, with or without a mark at its beginning, its lines ended by whichever system. @throws Refusal */
function linesOf(file: string, bytes: Buffer): string[] {
  const lines = splitLines(bytes).map((line, index) => {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: index > 0 }).decode(line);
    } catch {
      throw refusal(file, index, "its letters are not in UTF-8. Save the file as UTF-8");
    }
  });
  const control = lines.findIndex((line) => /[^\P{Cc}\t]/u.test(line));
  if (control !== -1) throw refusal(file, control, "it holds a control character");
  return lines;
}

/** By bytes, so that a line that can't be decoded can be named. */
function splitLines(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  let start = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at] !== 0x0a && bytes[at] !== 0x0d) continue;
    lines.push(bytes.subarray(start, at));
    if (bytes[at] === 0x0d && bytes[at + 1] === 0x0a) at += 1;
    start = at + 1;
  }
  return [...lines, bytes.subarray(start)];
}

/** A value in quotes may go on over several lines. @throws Refusal for what is no setting */
function endOfSetting(file: string, lines: readonly string[], first: number): number {
  const text = lines[first] ?? "";
  if (emptyForm.test(text)) return first;
  const [, value] = settingForm.exec(text) ?? [];
  if (value === undefined) throw refusal(file, first, "it is no NAME=value, and no # comment");
  const [quote = ""] = /^["'`]/.exec(value) ?? [];
  if (quote === "" || value.indexOf(quote, 1) !== -1) return first;
  const end = lines.findIndex((line, index) => index > first && line.includes(quote));
  if (end === -1) throw refusal(file, first, `its quote ${quote} is never closed`);
  return end;
}

/** Without what the line says: it may be a secret. */
const refusal = (file: string, index: number, why: string): Refusal =>
  new Refusal(`Line ${index + 1} of ${file} can't be read: ${why}.`);
