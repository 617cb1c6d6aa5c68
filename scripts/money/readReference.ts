import { readLine } from "./readLine.js";

const charactersMax = 200;

/** A source's own id for a payment. @throws Refusal for what is none */
export const readReference = (text: string): string => readLine("A reference", text, charactersMax);
