import { referenceText } from "../../domain/statements/statementRow.js";
import { Refusal } from "../../platform/process/refusal.js";

const charactersMax = 200;
const referenceSchema = referenceText(charactersMax).min(1);

/** A source's own id for a payment. @throws Refusal for what is none */
export function readReference(text: string): string {
  const { data } = referenceSchema.safeParse(text);
  if (data !== undefined) return data;
  throw new Refusal(
    `A reference is one line of 1 to ${charactersMax} characters, without control or invisible characters.`,
  );
}
