import { z } from "zod";
import { Refusal } from "../platform/process/refusal.js";

/** @throws Refusal for what is no whole id */
export function readId(what: string, text: string | undefined): string {
  const id = z.uuid().safeParse(text?.toLowerCase()).data;
  if (id === undefined) throw new Refusal(`Name the ${what} by its whole id. See --help.`);
  return id;
}
