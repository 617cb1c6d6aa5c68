import type { SignInDelays } from "../../platform/redis/signInDelays.js";
import type { Ledger } from "../handle.js";
import { isCurrentPassword } from "../user/currentPassword.js";

export interface CheckingPasswords {
  readonly ledger: Ledger;
  readonly signInDelays: SignInDelays;
}

export interface PasswordGiven {
  readonly operatorId: string;
  readonly password: string;
  /** HMAC of the address block that it comes from. */
  readonly block: string;
}

export type PasswordRefused =
  | { readonly outcome: "wrong-password" }
  | { readonly outcome: "too-soon"; readonly waitMs: number };

/** Whoever took over a session guesses no faster than whoever signs in. Undefined when it is right. */
export async function refusePassword(
  { ledger, signInDelays }: CheckingPasswords,
  { operatorId, password, block }: PasswordGiven,
): Promise<PasswordRefused | undefined> {
  const waitMs = await signInDelays.enter({ subject: operatorId, block });
  if (waitMs > 0) return { outcome: "too-soon", waitMs };
  const isRight = await isCurrentPassword(ledger, operatorId, { password, block });
  return isRight ? undefined : { outcome: "wrong-password" };
}
