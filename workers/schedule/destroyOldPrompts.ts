import type { Ledger } from "../../commands/handleCommand.js";
import { tellDestroyedKeys } from "../../commands/vault/tellDestroyedKeys.js";
import { day, promptsKeptMs } from "../../domain/limits.js";
import { type Instant, monthOf, plusMs } from "../../domain/time.js";
import { destroyMonthlyKeys } from "../../platform/vault/erasure.js";
import type { VaultDb } from "../../platform/vault/tables.js";

const keysPerRun = 1000;
const runsMax = 1000;

/**
 * Destroys the keys of prompts that are all older than 90 days. A month's key seals up to the last
 * day of its month, so a month goes when that day is 90 days past.
 */
export async function destroyOldPrompts(
  { ledger, vaultDb }: { ledger: Ledger; vaultDb: VaultDb },
  at: Instant,
): Promise<void> {
  const upTo = lastMonthBefore(plusMs(at, -promptsKeptMs));
  for (let run = 0; run < runsMax; run += 1) {
    const options = { kind: "prompts" as const, upTo, at, limit: keysPerRun };
    if ((await destroyMonthlyKeys(vaultDb, options)) < keysPerRun) break;
  }
  for (let run = 0; run < runsMax; run += 1) {
    if ((await tellDestroyedKeys(ledger, vaultDb)) === 0) break;
  }
}

/** "202607" for any day of August 2026: the newest month that ended before that instant. */
function lastMonthBefore(at: Instant): string {
  const firstOfMonth = `${monthOf(at)}-01T00:00:00.000Z`;
  return monthOf(plusMs(firstOfMonth, -day)).replace("-", "");
}
