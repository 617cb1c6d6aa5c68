import { userDecider } from "../../domain/user/decider.js";
import type { CommandContext } from "../context.js";
import { handle, type Ledger } from "../handle.js";
import { accountSecret } from "./accountSecret.js";

export interface Profile {
  readonly userId: string;
  /** A name that is left out is removed. */
  readonly firstName: string | undefined;
  readonly lastName: string | undefined;
}

/** Returns the position of the write. @throws DomainError USER_NOT_FOUND */
export async function updateProfile(
  ledger: Ledger,
  { userId, firstName, lastName }: Profile,
  context: CommandContext,
): Promise<bigint | undefined> {
  const names = {
    ...(firstName !== undefined && { firstName: accountSecret(userId, firstName) }),
    ...(lastName !== undefined && { lastName: accountSecret(userId, lastName) }),
  };
  const command = { type: "UpdateProfile" as const, userId, at: context.at, ...names };
  return (await handle(ledger, userDecider, command, context)).position;
}
