import type { Redis } from "ioredis";
import { parseJson } from "../parseJson.js";

/**
 * Values kept as JSON in a hash of Redis. One that can't be read is as good as lost, as anything here
 * may be at any moment, and must not keep anybody from the others.
 */
export async function readFields<Value extends object>(
  redis: Redis,
  hash: string,
): Promise<Value[]> {
  const texts = await redis.hvals(hash);
  return texts.map((text) => readObject<Value>(text)).filter((value) => value !== undefined);
}

export async function readField<Value extends object>(
  redis: Redis,
  hash: string,
  field: string,
): Promise<Value | undefined> {
  const text = await redis.hget(hash, field);
  return text === null ? undefined : readObject<Value>(text);
}

export function readObject<Value extends object>(text: string): Value | undefined {
  const value = parseJson(text);
  return typeof value === "object" && value !== null ? (value as Value) : undefined;
}
