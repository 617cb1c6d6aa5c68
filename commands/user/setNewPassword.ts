import type { UserState } from "../../domain/user/decider.js";
import { hashPassword, isCommonPassword } from "../../platform/keys/passwords.js";
import { denyApiKey } from "../../platform/redis/denyList.js";
import type { Sessions } from "../../platform/redis/sessions.js";
import { nextContext, type Origin } from "../context.js";
import { accountSecret } from "./accountSecret.js";
import { endOldSessions } from "./endOldSessions.js";
import { type FollowingLinks, followMailLink, type LinkDone } from "./followMailLink.js";
import { revokeApiKey } from "./revokeApiKey.js";

export type PasswordSet =
  | {
      readonly outcome: "done";
      readonly position: bigint | undefined;
      /** API keys that go on working. */
      readonly activeKeys: number;
    }
  | { readonly outcome: "bad-link" | "common-password" };

export interface SettingPassword extends FollowingLinks {
  readonly sessions: Sessions;
}

export interface NewPassword {
  readonly token: string;
  readonly password: string;
  /** Whoever knew the old password may have made keys. */
  readonly revokeKeys: boolean;
  /** HMAC of the address block that it comes from. */
  readonly block: string;
}

/**
 * What the link in a reset mail does: it ends every older session and every other link.
 * @throws DomainError USER_NOT_FOUND
 */
export async function setNewPassword(
  deps: SettingPassword,
  { token, password, revokeKeys, block }: NewPassword,
  origin: Pick<Origin, "at" | "correlationId">,
): Promise<PasswordSet> {
  const followed = await followMailLink<"common-password">(
    deps,
    {
      ...{ use: "reset-password" as const, token, password, block },
      async decide(userId) {
        if (await isCommonPassword(password, [], block)) return "common-password";
        const passwordHash = accountSecret(userId, await hashPassword(password, block));
        const about = { userId, at: origin.at, passwordHash, revokeKeys };
        return { type: "ChangePassword" as const, ...about };
      },
      async finish(done) {
        if (revokeKeys) await endKeys(deps, done);
        await endOldSessions(deps, done.userId);
      },
    },
    origin,
  );
  if (typeof followed === "string") return { outcome: followed };
  const activeKeys = revokeKeys ? 0 : keysOf(followed.state).activeKeys.size;
  return { outcome: "done", position: followed.position, activeKeys };
}

const keysOf = (state: UserState) =>
  "activeKeys" in state ? state : { activeKeys: new Set<string>(), revokedKeys: [] };

/** Also those that are left by a link that was first followed without asking for their end. */
async function endKeys(deps: SettingPassword, { userId, state, context }: LinkDone): Promise<void> {
  const { activeKeys, revokedKeys } = keysOf(state);
  for (const keyId of activeKeys) {
    await revokeApiKey(deps, { userId, keyId }, nextContext(context, keyId));
  }
  await Promise.all([...revokedKeys].map((keyId) => denyApiKey(deps.redis, keyId)));
}
