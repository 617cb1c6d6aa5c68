import { readFileSync } from "node:fs";
import { Refusal } from "../../platform/process/refusal.js";

const charactersMin = 12;

/** The first line of a file; undefined when none is named. @throws Refusal */
export function readPassphrase(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  const [passphrase = ""] = textOf(file).split(/\r?\n/, 1);
  if (passphrase.length >= charactersMin) return passphrase;
  throw new Refusal(
    `The first line of ${file} is no passphrase: it needs ${charactersMin} characters or more.`,
  );
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new Refusal(`There is no file ${file} that can be read.`);
  }
}
