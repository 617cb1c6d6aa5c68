import { z } from "zod";
import { readLocated } from "../../../platform/vault/located.js";
import { findUser } from "../../../projections/users/queries.js";
import type { AppDependencies } from "../../dependencies.js";
import { ApiError } from "../../errorCodes.js";

export const profileAnswer = z.object({
  user_id: z.uuid(),
  email: z.string().nullable(),
  username: z.string().nullable(),
  first_name: z.string().nullable(),
  last_name: z.string().nullable(),
  email_verified: z.boolean(),
  terms_version: z.string(),
  created_at: z.string(),
});

/** @throws ApiError USER_NOT_FOUND */
export async function readProfile(
  { readDb, ledger: { vault } }: AppDependencies,
  userId: string,
): Promise<z.infer<typeof profileAnswer>> {
  const user = await findUser(readDb, userId);
  if (user === undefined) throw new ApiError("USER_NOT_FOUND", "This account does not exist.");
  const sealed = [user.email, user.username, user.first_name, user.last_name];
  const [email, username, first_name, last_name] = await Promise.all(
    sealed.map((text) => readLocated(vault, text)),
  );
  return {
    user_id: user.user_id,
    email: email ?? null,
    username: username ?? null,
    first_name: first_name ?? null,
    last_name: last_name ?? null,
    email_verified: user.verified_at !== null,
    terms_version: user.terms_version,
    created_at: user.registered_at,
  };
}
