import type { Secret } from "../../domain/message.js";
import { hashPassword, isCommonPassword } from "../../platform/keys/passwords.js";
import type { Origin } from "../context.js";
import type { Ledger } from "../handle.js";
import { accountSecret } from "./accountSecret.js";
import { isCurrentPassword } from "./currentPassword.js";
import { type FollowingLinks, followMailLink } from "./followMailLink.js";

type Refused = "wrong-password" | "common-password";

export type AddressConfirmed =
  | { readonly outcome: "done"; readonly position: bigint | undefined }
  | { readonly outcome: "bad-link" | Refused };

export interface Confirmation {
  readonly token: string;
  /**
   * The one chosen at registration, or a new one in its place. Whoever registered need not own
   * the address: without this, a stranger's password would open an account that its owner confirmed.
   */
  readonly password: { readonly chosen: string } | { readonly fresh: string };
  /** HMAC of the address block that it comes from. */
  readonly block: string;
}

/** What the link in a verification mail does. @throws DomainError USER_NOT_FOUND */
export async function confirmAddress(
  deps: FollowingLinks,
  { token, password, block }: Confirmation,
  origin: Pick<Origin, "at" | "correlationId">,
): Promise<AddressConfirmed> {
  const given = "fresh" in password ? password.fresh : password.chosen;
  const followed = await followMailLink<Refused>(
    deps,
    {
      ...{ use: "verify-email" as const, token, password: given, block },
      async decide(userId) {
        const checked = await check(deps.ledger, userId, { password, block });
        if (typeof checked === "string") return checked;
        return { type: "VerifyEmail" as const, userId, at: origin.at, ...checked };
      },
    },
    origin,
  );
  if (typeof followed === "string") return { outcome: followed };
  return { outcome: "done", position: followed.position };
}

/** What goes into the command, or why the password is refused. */
async function check(
  ledger: Ledger,
  userId: string,
  { password, block }: Pick<Confirmation, "password" | "block">,
): Promise<Refused | { readonly passwordHash?: Secret }> {
  if ("fresh" in password) {
    if (await isCommonPassword(password.fresh, [], block)) return "common-password";
    const passwordHash = await hashPassword(password.fresh, block);
    return { passwordHash: accountSecret(userId, passwordHash) };
  }
  const chosen = { password: password.chosen, block };
  return (await isCurrentPassword(ledger, userId, chosen)) ? {} : "wrong-password";
}
