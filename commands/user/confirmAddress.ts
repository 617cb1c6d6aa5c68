import { userDecider } from "../../domain/user/decider.js";
import { mailLinkCommandId } from "../../platform/ids.js";
import { hashPassword, isCommonPassword } from "../../platform/keys/passwords.js";
import type { RedisClient } from "../../platform/redis/connection.js";
import { findMailToken, revokeMailTokens } from "../../platform/redis/mailTokens.js";
import type { SignInDelays } from "../../platform/redis/signInDelays.js";
import { contextOf, type Origin } from "../context.js";
import { handle, type Ledger } from "../handle.js";
import { accountSecret } from "./accountSecret.js";
import { isCurrentPassword } from "./currentPassword.js";

export type AddressConfirmed =
  | { readonly outcome: "done"; readonly position: bigint | undefined }
  | { readonly outcome: "bad-link" }
  | { readonly outcome: "wrong-password" }
  | { readonly outcome: "common-password" };

export interface ConfirmingAddress {
  readonly ledger: Ledger;
  readonly redis: RedisClient;
  readonly signInDelays: SignInDelays;
}

export interface Confirmation {
  readonly token: string;
  /**
   * The one chosen at registration, or a new one in its place. Who registered need not be who owns
   * the address: without this, a stranger's password would open an account that its owner confirmed.
   */
  readonly password: { readonly chosen: string } | { readonly fresh: string };
  /** HMAC of the address block that it comes from. */
  readonly block: string;
}

/**
 * What the link in a verification mail does. A refused password leaves the link as it was. The link
 * is the command: it sets one password only, and after an outage it is followed again.
 * @throws DomainError USER_NOT_FOUND
 */
export async function confirmAddress(
  deps: ConfirmingAddress,
  { token, password, block }: Confirmation,
  { at, correlationId }: Pick<Origin, "at" | "correlationId">,
): Promise<AddressConfirmed> {
  const { ledger, redis, signInDelays } = deps;
  const findOwner = () => findMailToken(redis, "verify-email", token);
  const invited = await findOwner();
  if (invited === undefined) return { outcome: "bad-link" };
  const checked = await check(ledger, invited, password);
  if (typeof checked === "string") return { outcome: checked };
  // Somebody else may have used it meanwhile.
  const userId = await findOwner();
  if (userId === undefined) return { outcome: "bad-link" };
  const command = { type: "VerifyEmail" as const, userId, at, ...checked };
  const commandId = mailLinkCommandId(token);
  const context = contextOf({ commandId, actor: `user:${userId}`, at, correlationId });
  const { position } = await handle(ledger, userDecider, command, context);
  // It was confirmed before, perhaps by this caller, who heard no answer, perhaps by another.
  const isRepeated = position === undefined;
  const given = "fresh" in password ? password.fresh : password.chosen;
  if (isRepeated && !(await isCurrentPassword(ledger, userId, given))) {
    return { outcome: "bad-link" };
  }
  await signInDelays.welcome({ subject: userId, block }, at);
  // Last, so that the link is good for as long as anything is left to do.
  await revokeMailTokens(redis, userId);
  return { outcome: "done", position };
}

/** What goes into the command, or why the password is refused. */
async function check(ledger: Ledger, userId: string, password: Confirmation["password"]) {
  if ("fresh" in password) {
    if (await isCommonPassword(password.fresh, [])) return "common-password";
    const passwordHash = await hashPassword(password.fresh);
    return { passwordHash: accountSecret(userId, passwordHash) };
  }
  return (await isCurrentPassword(ledger, userId, password.chosen)) ? {} : "wrong-password";
}
