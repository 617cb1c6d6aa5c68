import { register } from "../../commands/user/register.js";
import { newId } from "../../platform/ids.js";
import { contextAt, type World } from "./world.js";

/** An account whose address nobody confirmed yet. */
export async function registerUser(
  { ledger, vaultDb }: Pick<World, "ledger" | "vaultDb">,
  at: string,
  chosen: { readonly username?: string } = {},
): Promise<{ userId: string; email: string; username: string }> {
  const userId = newId();
  const names = {
    userId,
    email: `${userId}@example.org`,
    username: userId.slice(0, 12),
    ...chosen,
  };
  const account = { ...names, passwordHash: "$hash", termsVersion: "2026-11" };
  await register({ ledger, vaultDb }, account, contextAt(at));
  return names;
}
