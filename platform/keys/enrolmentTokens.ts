import { randomBytes } from "node:crypto";
import { enrolmentIdOf, sha256Hex } from "../ids.js";

const prefix = "obsidian_enrol_";
export const enrolmentTokenForm = /^obsidian_enrol_[0-9a-f]{48}$/;
const secretBytes = 24;

export interface NewEnrolmentToken {
  /** Shown once and kept nowhere. */
  readonly token: string;
  readonly tokenId: string;
  readonly tokenHash: string;
}

export function newEnrolmentToken(): NewEnrolmentToken {
  const token = `${prefix}${randomBytes(secretBytes).toString("hex")}`;
  return { token, ...readEnrolmentToken(token) };
}

/** Where a token's stream is, and what it holds of the token. */
export const readEnrolmentToken = (token: string) => ({
  tokenId: enrolmentIdOf(token),
  tokenHash: sha256Hex(token),
});
