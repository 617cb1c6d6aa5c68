import { shownText } from "../../domain/statements/statementRow.js";
import { Refusal } from "../../platform/process/refusal.js";

/** What a maintainer writes for others to read; `what` begins the sentence. @throws Refusal for what is no line */
export function readLine(what: string, text: string, charactersMax: number): string {
  const { data } = shownText(charactersMax).min(1).safeParse(text);
  if (data !== undefined) return data;
  throw new Refusal(
    `${what} is one line of 1 to ${charactersMax} characters, without control characters.`,
  );
}
