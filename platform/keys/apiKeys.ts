import { randomBytes } from "node:crypto";
import { sha256Hex } from "../ids.js";

const apiKeyPrefix = "obsidian_live_";
export const apiKeyForm = /^obsidian_live_[0-9a-f]{48}$/;

const keyBytes = 24;
const shownCharacters = 6;

export interface NewApiKey {
  /** Shown once and kept nowhere. */
  readonly key: string;
  /** SHA-256, hex: 192 random bits need no slower hash. */
  readonly keyHash: string;
  /** Enough to tell keys apart in a list, of no use to anybody else. */
  readonly prefix: string;
}

export function newApiKey(): NewApiKey {
  const secret = randomBytes(keyBytes).toString("hex");
  const key = `${apiKeyPrefix}${secret}`;
  return { key, keyHash: sha256Hex(key), prefix: secret.slice(0, shownCharacters) };
}
