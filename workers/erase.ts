import type { Ledger } from "../commands/handle.js";
import { recordDestroyedKeys } from "../commands/vault/recordDestroyedKeys.js";
import type { RedisClient } from "../platform/redis/connection.js";
import { denyUser } from "../platform/redis/denyList.js";
import { revokeMailTokens } from "../platform/redis/mailTokens.js";
import type { Sessions } from "../platform/redis/sessions.js";
import { erasePerson } from "../platform/vault/erasure.js";
import { releaseHandles } from "../platform/vault/handles.js";
import type { VaultDb } from "../platform/vault/tables.js";
import { type ProcessManager, processManager } from "./processManager.js";

export interface Erasing {
  readonly ledger: Ledger;
  readonly vaultDb: VaultDb;
  readonly redis: RedisClient;
  readonly sessions: Sessions;
}

/** An account that ended: keys destroyed, handles free again, nobody signed in any more. */
export const erase = ({ ledger, vaultDb, redis, sessions }: Erasing): ProcessManager =>
  processManager({
    name: "erase",
    handles: ["UserErased"],
    react: async ({ event }) => {
      const { userId, at } = event.data.private;
      await denyUser(redis, userId);
      await sessions.endAll(userId);
      await revokeMailTokens(redis, userId);
      await erasePerson(vaultDb, userId, at);
      await releaseHandles(vaultDb, userId);
      await recordDestroyedKeys(ledger, vaultDb);
    },
  });
