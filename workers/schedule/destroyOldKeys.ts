import type { Ledger } from "../../commands/handle.js";
import { recordDestroyedKey } from "../../commands/vault/recordDestroyedKeys.js";
import { day, promptsKeptMs, webhooksKeptMs } from "../../domain/limits.js";
import { type Instant, monthOf, plusMs } from "../../domain/time.js";
import {
  type DestroyedKey,
  destroyMonthlyKeys,
  listUnrecorded,
} from "../../platform/vault/erasure.js";
import type { VaultDb } from "../../platform/vault/tables.js";
import { rowsOfPages } from "../sweep/pages.js";
import type { SweepEach } from "../sweepEach.js";

interface DestroyingKeys {
  readonly ledger: Ledger;
  readonly vaultDb: VaultDb;
  readonly sweepEach: SweepEach;
}

const keysPerRun = 1000;
const runsMax = 1000;

/** What is sealed under keys of a month, and how long after the month's end it can be read. */
const keptMs = { prompts: promptsKeptMs, webhook: webhooksKeptMs } as const;

/**
 * Destroys the keys of what is all older than it may be. A month's key seals up to the last day of
 * its month, so a month goes when that day is long enough past.
 */
export async function destroyOldKeys(deps: DestroyingKeys, at: Instant): Promise<void> {
  for (const kind of ["prompts", "webhook"] as const) {
    const upTo = lastMonthBefore(plusMs(at, -keptMs[kind]));
    for (let run = 0; run < runsMax; run += 1) {
      const options = { kind, upTo, at, limit: keysPerRun };
      if ((await destroyMonthlyKeys(deps.vaultDb, options)) < keysPerRun) break;
    }
  }
  await recordDestroyedKeys(deps);
}

/** Also those of people whose erasure was cut off right before this. */
async function recordDestroyedKeys(deps: DestroyingKeys): Promise<void> {
  await deps.sweepEach({
    name: "record destroyed keys",
    rows: rowsOfPages({
      read: (after?: DestroyedKey) => listUnrecorded(deps.vaultDb, { after, limit: keysPerRun }),
      choose: (keys) => keys,
    }),
    keyOf: ({ keyId }) => keyId,
    work: (key) => recordDestroyedKey(deps, key),
  });
}

/** "202607" for any day of August 2026: the newest month that ended before that instant. */
function lastMonthBefore(at: Instant): string {
  const firstOfMonth = `${monthOf(at)}-01T00:00:00.000Z`;
  return monthOf(plusMs(firstOfMonth, -day)).replace("-", "");
}
