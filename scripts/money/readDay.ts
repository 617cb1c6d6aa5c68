import { isAhead, readInstant } from "../../domain/statements/statementRow.js";
import type { Instant } from "../../domain/time.js";
import { systemClock } from "../../platform/process/clock.js";
import { Refusal } from "../../platform/process/refusal.js";

/** What --on says; now without it. @throws Refusal for what is no date */
export function readDay(on: string | undefined): Instant {
  const at = on === undefined ? systemClock.now() : readInstant(on);
  if (at === undefined) throw new Refusal("--on must be a date such as 2026-11-22.");
  if (isAhead(at, systemClock.now())) throw new Refusal("--on must not lie in the future.");
  return at;
}
