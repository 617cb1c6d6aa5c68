import { userDecider } from "../../domain/user/decider.js";
import { newId } from "../../platform/ids.js";
import { newApiKey } from "../../platform/keys/apiKeys.js";
import type { CommandContext } from "../context.js";
import { handle, type Ledger } from "../handle.js";
import { accountSecret } from "./accountSecret.js";

export interface IssuedApiKey {
  readonly keyId: string;
  /** Kept nowhere: whoever asked gets it now or never. */
  readonly key: string;
  readonly prefix: string;
  readonly position: bigint | undefined;
}

/** @throws DomainError USER_NOT_FOUND, EMAIL_NOT_VERIFIED, API_KEY_LIMIT_REACHED */
export async function issueApiKey(
  ledger: Ledger,
  { userId, name }: { readonly userId: string; readonly name: string },
  context: CommandContext,
): Promise<IssuedApiKey> {
  const { key, keyHash, prefix } = newApiKey();
  const keyId = newId();
  const about = { userId, at: context.at, keyId, keyHash, prefix };
  const command = { type: "IssueApiKey" as const, ...about, name: accountSecret(userId, name) };
  const { position } = await handle(ledger, userDecider, command, context);
  return { keyId, key, prefix, position };
}
