import type { Instant } from "../../domain/time.js";
import { decoyHash, isPassword } from "../../platform/keys/passwords.js";
import type { Session, Sessions } from "../../platform/redis/sessions.js";
import type { SignInDelays } from "../../platform/redis/signInDelays.js";
import { findPerson } from "../../platform/vault/handles.js";
import { openLocated } from "../../platform/vault/located.js";
import type { VaultDb } from "../../platform/vault/tables.js";
import type { Ledger } from "../handle.js";

export type SignedIn =
  | { readonly outcome: "signed-in"; readonly session: Session & { readonly refreshToken: string } }
  | { readonly outcome: "too-soon"; readonly waitMs: number }
  | { readonly outcome: "wrong" }
  | { readonly outcome: "unverified" };

export interface SignInDeps {
  readonly ledger: Ledger;
  readonly vaultDb: VaultDb;
  readonly sessions: Sessions;
  readonly signInDelays: SignInDelays;
  readonly findUser: (userId: string) => Promise<KnownUser | undefined>;
}

/** What a read model knows of an account; the hash is sealed. */
export interface KnownUser {
  readonly status: "unverified" | "active" | "erased";
  readonly passwordHash: string | null;
}

export interface SignInAttempt {
  /** User name or e-mail address. */
  readonly login: string;
  readonly password: string;
  /** HMAC of the address block it comes from: guesses are slowed down for each login and block. */
  readonly block: string;
}

/** Starts a session. An unknown name costs as much time as a wrong password, and ends alike. */
export async function signIn(
  deps: SignInDeps,
  { login, password, block }: SignInAttempt,
  at: Instant,
): Promise<SignedIn> {
  const waitMs = await deps.signInDelays.enter(login, block);
  if (waitMs > 0) return { outcome: "too-soon", waitMs };
  const account = await findAccount(deps, login);
  const isRight = await isPassword(account?.passwordHash ?? (await decoyHash), password);
  if (account === undefined || !isRight) return { outcome: "wrong" };
  if (account.status === "unverified") return { outcome: "unverified" };
  await deps.signInDelays.clear(login, block);
  return { outcome: "signed-in", session: await deps.sessions.start(account.userId, at) };
}

async function findAccount({ ledger: { vault }, vaultDb, findUser }: SignInDeps, login: string) {
  const kind = login.includes("@") ? "email" : "username";
  const userId = await findPerson(vaultDb, kind, vault.digestOf(kind, login));
  const user = userId === undefined ? undefined : await findUser(userId);
  if (userId === undefined || user === undefined || user.status === "erased") return undefined;
  const passwordHash = await openLocated(vault, user.passwordHash);
  return passwordHash === undefined ? undefined : { userId, status: user.status, passwordHash };
}
