import { timingSafeEqual } from "node:crypto";
import { epochMs, type Instant } from "../../domain/time.js";
import type { Vault } from "../vault/vault.js";

/** What a link in a mail about payouts does. */
export type PayoutLinkUse = "confirm" | "confirm-paypal" | "freeze";

export interface PayoutLink {
  readonly operatorId: string;
  /** The account that is confirmed, or the event of which the mail told. */
  readonly subjectId: string;
}

/** Two ids and seconds since 1970 in hex, then 256 bits in base64url that only we can make. */
const form = /^([0-9a-f]{32})([0-9a-f]{32})([0-9a-f]{8})([\w-]{43})$/;

type Spelling = Pick<Vault, "linkMac">;

/**
 * Kept nowhere: it follows from what it is about and a key of ours. A link that stops a theft must be good as long
 * as payouts are held, also where Redis was emptied meanwhile. The stream knows whether it did its work.
 */
export function payoutLinkToken(
  vault: Spelling,
  use: PayoutLinkUse,
  { operatorId, subjectId }: PayoutLink,
  expiresAt: Instant,
): string {
  const seconds = Math.floor(epochMs(expiresAt) / 1000);
  const about = hexOf(operatorId) + hexOf(subjectId) + seconds.toString(16).padStart(8, "0");
  return about + vault.linkMac(`${use} ${about}`).toString("base64url");
}

/** Undefined for one that we did not make, made for another use, or that is too old. */
export function readPayoutLink(
  vault: Spelling,
  use: PayoutLinkUse,
  token: string,
  now: Instant,
): PayoutLink | undefined {
  const [, operator, subject, seconds, mac] = form.exec(token) ?? [];
  if (operator === undefined || subject === undefined || mac === undefined) return undefined;
  const expected = vault.linkMac(`${use} ${operator}${subject}${seconds}`).toString("base64url");
  // As text: the last character of base64url has other spellings of the same bits.
  if (!timingSafeEqual(Buffer.from(mac), Buffer.from(expected))) return undefined;
  if (Number.parseInt(seconds ?? "", 16) * 1000 <= epochMs(now)) return undefined;
  return { operatorId: idOf(operator), subjectId: idOf(subject) };
}

const hexOf = (id: string): string => id.replaceAll("-", "");

const idOf = (hex: string): string =>
  hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
