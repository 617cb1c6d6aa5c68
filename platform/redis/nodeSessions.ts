import type { Redis } from "ioredis";
import { hour, minute } from "../../domain/limits.js";
import { newToken, sha256Hex } from "../ids.js";

export const nonceMs = minute;
export const nodeSessionMs = 24 * hour;

const nonceKey = (nonce: string): string => `node-nonce:${sha256Hex(nonce)}`;
const sessionKey = (tokenHash: string): string => `node-session:${tokenHash}`;
const sessionOf = (nodeId: string): string => `node-session-of:${nodeId}`;

/** A number used once, for a node to sign. */
export async function issueNonce(redis: Redis): Promise<string> {
  const nonce = newToken();
  await redis.set(nonceKey(nonce), "1", "PX", nonceMs);
  return nonce;
}

export const useNonce = async (redis: Redis, nonce: string): Promise<boolean> =>
  (await redis.getdel(nonceKey(nonce))) !== null;

/** A new session ends the one before: a key is at work in one place at a time. */
export async function startNodeSession(redis: Redis, nodeId: string): Promise<string> {
  const token = newToken();
  const tokenHash = sha256Hex(token);
  const before = await redis.set(sessionOf(nodeId), tokenHash, "PX", nodeSessionMs, "GET");
  if (before !== null) await redis.del(sessionKey(before));
  await redis.set(sessionKey(tokenHash), nodeId, "PX", nodeSessionMs);
  return token;
}

export const findNodeSession = async (redis: Redis, token: string): Promise<string | undefined> =>
  (await redis.get(sessionKey(sha256Hex(token)))) ?? undefined;

export async function endNodeSession(redis: Redis, nodeId: string): Promise<void> {
  const tokenHash = await redis.getdel(sessionOf(nodeId));
  if (tokenHash !== null) await redis.del(sessionKey(tokenHash));
}
