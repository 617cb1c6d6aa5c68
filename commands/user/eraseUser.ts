import { userDecider } from "../../domain/user/decider.js";
import type { CommandContext } from "../context.js";
import { handle, type Ledger } from "../handle.js";
import { type Access, endAccess } from "./endAccess.js";

/**
 * Ends an account because its owner asked; nobody is signed in any more when this returns. What lies
 * in the vault follows by `finishErasure`. Returns the position of the write.
 */
export async function eraseUser(
  { ledger, ...access }: Access & { readonly ledger: Ledger },
  { userId, wasNoPayee }: { readonly userId: string; readonly wasNoPayee: true | undefined },
  context: CommandContext,
): Promise<bigint | undefined> {
  const about = { userId, wasNoPayee, at: context.at, reason: "asked" as const };
  const command = { type: "EraseUser" as const, ...about };
  const { position } = await handle(ledger, userDecider, command, context);
  await endAccess(access, userId);
  return position;
}
