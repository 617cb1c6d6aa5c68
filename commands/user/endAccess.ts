import type { RedisClient } from "../../platform/redis/connection.js";
import { denyUser } from "../../platform/redis/denyList.js";
import { revokeMailTokens } from "../../platform/redis/mailTokens.js";
import type { SessionEnds } from "../../platform/redis/sessions.js";
import { forgetSignIns } from "../../platform/redis/signInDelays.js";

export interface Access {
  readonly redis: RedisClient;
  readonly sessions: SessionEnds;
}

/** From here on no key, session or link of this account opens anything. */
export async function endAccess({ redis, sessions }: Access, userId: string): Promise<void> {
  await denyUser(redis, userId);
  await sessions.endAll(userId);
  await revokeMailTokens(redis, userId);
  await forgetSignIns(redis, userId);
}
