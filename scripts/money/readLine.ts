import { oneLine } from "../../domain/statements/statementRow.js";
import { Refusal } from "../../platform/process/refusal.js";

const lineSchema = oneLine.min(1);

/**
 * What a maintainer writes for others to read; `what` begins the sentence. How long it may be is the
 * rule of the event that holds it. @throws Refusal for what is no line
 */
export function readLine(what: string, text: string): string {
  const { data } = lineSchema.safeParse(text);
  if (data !== undefined) return data;
  throw new Refusal(`${what} is one line, without control characters.`);
}
