import type { Ledger } from "../../commands/handle.js";
import { recordDestroyedKeys } from "../../commands/vault/recordDestroyedKeys.js";
import { day, promptsKeptMs, webhooksKeptMs } from "../../domain/limits.js";
import { type Instant, monthOf, plusMs } from "../../domain/time.js";
import { destroyMonthlyKeys } from "../../platform/vault/erasure.js";
import type { VaultDb } from "../../platform/vault/tables.js";

const keysPerRun = 1000;
const runsMax = 1000;

/** What is sealed under keys of a month, and how long after the month's end it can be read. */
const keptMs = { prompts: promptsKeptMs, webhook: webhooksKeptMs } as const;

/**
 * Destroys the keys of what is all older than it may be. A month's key seals up to the last day of
 * its month, so a month goes when that day is long enough past.
 */
export async function destroyOldKeys(
  { ledger, vaultDb }: { ledger: Ledger; vaultDb: VaultDb },
  at: Instant,
): Promise<void> {
  for (const kind of ["prompts", "webhook"] as const) {
    const upTo = lastMonthBefore(plusMs(at, -keptMs[kind]));
    for (let run = 0; run < runsMax; run += 1) {
      const options = { kind, upTo, at, limit: keysPerRun };
      if ((await destroyMonthlyKeys(vaultDb, options)) < keysPerRun) break;
    }
  }
  await recordDestroyedKeys(ledger, vaultDb);
}

/** "202607" for any day of August 2026: the newest month that ended before that instant. */
function lastMonthBefore(at: Instant): string {
  const firstOfMonth = `${monthOf(at)}-01T00:00:00.000Z`;
  return monthOf(plusMs(firstOfMonth, -day)).replace("-", "");
}
