import { Refusal } from "../platform/process/refusal.js";

/** The value of an option that counts. @throws Refusal */
export function readCount(name: string, text: string, max: number): number {
  const count = Number(text);
  if (/^\d{1,10}$/.test(text) && count <= max) return count;
  throw new Refusal(`${name} must be a whole number up to ${max}. See --help.`);
}
