import type { Redis } from "ioredis";
import { minute } from "../../domain/limits.js";
import { newToken, sha256Hex } from "../ids.js";

/** Long enough to go to the machine, sign there, and come back. */
export const claimNonceMs = 10 * minute;

const nonceKey = (nonce: string): string => `claim-nonce:${sha256Hex(nonce)}`;

/** A number used once, for a node to sign that it is this account's. */
export async function issueClaimNonce(redis: Redis, operatorId: string): Promise<string> {
  const nonce = newToken();
  await redis.set(nonceKey(nonce), operatorId, "PX", claimNonceMs);
  return nonce;
}

/** Whether it was made for this account; whatever comes of it, it is used up. */
export const useClaimNonce = async (
  redis: Redis,
  nonce: string,
  operatorId: string,
): Promise<boolean> => (await redis.getdel(nonceKey(nonce))) === operatorId;
