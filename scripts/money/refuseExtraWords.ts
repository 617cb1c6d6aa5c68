import { Refusal } from "../../platform/process/refusal.js";

/** A word too many is mostly a name without its quotes. @throws Refusal */
export function refuseExtraWords(words: readonly string[], max: number): void {
  const extra = words.length - max;
  if (extra <= 0) return;
  throw new Refusal(`${extra} words too many: put what belongs together in quotes. See --help.`);
}
