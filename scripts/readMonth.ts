import { monthSchema } from "../domain/time.js";
import { Refusal } from "../platform/process/refusal.js";

/** @throws Refusal for what is no month such as 2026-11 */
export function readMonth(text: string | undefined): string {
  const month = monthSchema.safeParse(text).data;
  if (month === undefined) throw new Refusal("Name the month, such as 2026-11. See --help.");
  return month;
}
