import type { Instant } from "../../domain/time.js";
import { decoyHash, isPassword } from "../../platform/keys/passwords.js";
import type { Session, Sessions } from "../../platform/redis/sessions.js";
import type { SignInDelays } from "../../platform/redis/signInDelays.js";
import { findPerson } from "../../platform/vault/handles.js";
import type { VaultDb } from "../../platform/vault/tables.js";
import type { Ledger } from "../handle.js";
import { findAccount } from "./currentPassword.js";

export type SignedIn =
  | { readonly outcome: "signed-in"; readonly session: Session & { readonly refreshToken: string } }
  | { readonly outcome: "too-soon"; readonly waitMs: number }
  /** The name, the password, or the address is not confirmed: which of them is nobody's business. */
  | { readonly outcome: "refused" };

export interface SignInDeps {
  readonly ledger: Ledger;
  readonly vaultDb: VaultDb;
  readonly sessions: Sessions;
  readonly signInDelays: SignInDelays;
}

export interface SignInAttempt {
  /** User name or e-mail address. */
  readonly login: string;
  readonly password: string;
  /** HMAC of the address block it comes from: guesses are slowed down for each person and block. */
  readonly block: string;
}

/**
 * Starts a session. For an unknown name the same is done as for a wrong password, and it ends alike;
 * so does the right password of an account whose address is not confirmed.
 */
export async function signIn(
  deps: SignInDeps,
  { login, password, block }: SignInAttempt,
  at: Instant,
): Promise<SignedIn> {
  const { digest, personId } = await findLogin(deps, login);
  const guess = { subject: personId ?? digest, block };
  const waitMs = await deps.signInDelays.enter(guess);
  if (waitMs > 0) return { outcome: "too-soon", waitMs };
  const account = await findAccount(deps.ledger, personId ?? nobody);
  const isRight = await isPassword(account?.passwordHash ?? (await decoyHash), password, block);
  if (personId === undefined || account?.status !== "active" || !isRight) {
    return { outcome: "refused" };
  }
  await deps.signInDelays.welcome(guess, at);
  const session = await deps.sessions.start(personId, at, account.chosenBy);
  return { outcome: "signed-in", session };
}

/** Is looked up where nobody was found, so that somebody and nobody take as long. */
const nobody = "00000000-0000-0000-0000-000000000000";

/** An address has an @ in it, in whatever width it is typed. */
async function findLogin({ ledger: { vault }, vaultDb }: SignInDeps, login: string) {
  const kind = login.normalize("NFKC").includes("@") ? "email" : "username";
  const digest = vault.digestOf(kind, login);
  const personId = await findPerson(vaultDb, kind, digest);
  return { digest: digest.toString("base64url"), personId };
}
