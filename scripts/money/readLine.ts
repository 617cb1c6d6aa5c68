import { Refusal } from "../../platform/process/refusal.js";

/**
 * What a maintainer writes for others to read; `what` begins the sentence. How long it may be is the
 * rule of the event that holds it. @throws Refusal for what is no line
 */
export function readLine(what: string, text: string): string {
  const line = text.normalize("NFC").trim();
  if (/^\P{Cc}+$/u.test(line)) return line;
  throw new Refusal(`${what} is one line, without control characters.`);
}
