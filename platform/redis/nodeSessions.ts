import type { Redis } from "ioredis";
import { hour, minute } from "../../domain/limits.js";
import { newToken, sha256Hex } from "../ids.js";

export const nonceMs = minute;
export const nodeSessionMs = 24 * hour;

const nonceKey = (nonce: string): string => `node-nonce:${sha256Hex(nonce)}`;
const sessionKey = (nodeId: string): string => `node-session:${nodeId}`;

/** A number used once, for a node to sign. */
export async function issueNonce(redis: Redis): Promise<string> {
  const nonce = newToken();
  await redis.set(nonceKey(nonce), "1", "PX", nonceMs);
  return nonce;
}

export const useNonce = async (redis: Redis, nonce: string): Promise<boolean> =>
  (await redis.getdel(nonceKey(nonce))) !== null;

export interface NodeSession {
  readonly nodeId: string;
  /** The key that the node proved to hold when the session began. */
  readonly publicKey: string;
}

/**
 * A new session ends the one before: a key is at work in one place at a time. The token names its
 * node, so that a session is one key in Redis, and replacing it one command.
 */
export async function startNodeSession(
  redis: Redis,
  { nodeId, publicKey }: NodeSession,
): Promise<string> {
  const token = `${nodeId}.${newToken()}`;
  await redis.set(sessionKey(nodeId), `${sha256Hex(token)} ${publicKey}`, "PX", nodeSessionMs);
  return token;
}

/** A session of older software holds no key, so it is none: the node registers again. */
export async function findNodeSession(
  redis: Redis,
  token: string,
): Promise<NodeSession | undefined> {
  const [nodeId = ""] = token.split(".");
  const [hash, publicKey] = (await redis.get(sessionKey(nodeId)))?.split(" ") ?? [];
  if (hash !== sha256Hex(token) || publicKey === undefined) return undefined;
  return { nodeId, publicKey };
}

export async function endNodeSession(redis: Redis, nodeId: string): Promise<void> {
  await redis.del(sessionKey(nodeId));
}
