import type { Instant } from "../../domain/time.js";
import { newId } from "../ids.js";
import type { VaultDb } from "./tables.js";
import type { Vault } from "./vault.js";

/** An account at a method of payment, as its owner spells it. */
export interface PayoutAccount {
  readonly method: string;
  readonly account: string;
}

export interface Payee {
  /** Random: it tells nothing of the account. */
  readonly payeeId: string;
  /** The operator that linked it first. */
  readonly operatorId: string;
}

interface Asked {
  readonly operatorId: string;
  readonly at: Instant;
}

/**
 * The payee that this account is, whoever asks: a UNIQUE key over its HMAC says so, not a check that may
 * race. Case and white space set no two accounts apart.
 */
export async function findOrMakePayee(
  { db, vault }: { readonly db: VaultDb; readonly vault: Vault },
  { method, account }: PayoutAccount,
  { operatorId, at }: Asked,
): Promise<Payee> {
  const digest = vault.digestOf("payee", `${method} ${account.replace(/\s/gu, "")}`);
  const made = { digest, payee_id: newId(), operator_id: operatorId, made_at: at };
  await db.insertInto("payee").ignore().values(made).execute();
  const known = db.selectFrom("payee").select(["payee_id", "operator_id"]);
  const row = await known.where("digest", "=", digest).executeTakeFirstOrThrow();
  return { payeeId: row.payee_id, operatorId: row.operator_id };
}
