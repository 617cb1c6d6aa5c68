import { createHash, randomBytes, randomUUID } from "node:crypto";
import { v5 } from "uuid";

export const newId = (): string => randomUUID();

/** The nth event of a command on a stream always has the same id, so a retry is recognised. */
export const eventIdOf = (commandId: string, stream: string, index: number): string =>
  v5(`${stream}/${index}`, commandId);

/** The command that a reaction issues: the causing event's id and the reaction's own name. */
export const reactionId = (causingEventId: string, reaction: string): string =>
  v5(reaction, causingEventId);

const nodeNamespace = "6a0e4d0e-4c0b-5f43-9d0c-2b6a1f1f7c11";

/** The same key is the same node for ever, without any look-up. */
export const nodeIdOf = (publicKey: string): string => v5(publicKey, nodeNamespace);

/** The same user and idempotency key are the same generation, and further attempts have ids of their own. */
export function generationIdOf(userId: string, idempotencyKey: string, attempt = 0): string {
  const first = v5(idempotencyKey, userId);
  return attempt === 0 ? first : v5(String(attempt), first);
}

const paymentNamespace = "1d3d0a4b-5c5c-5e0f-8e0c-3a8d5b0e9f62";

/** Names a command by what a provider reports: reported again, it is the same command. */
export const providerCommandId = (provider: string, reported: string): string =>
  v5(`${provider} ${reported}`, paymentNamespace);

/** A fee of a provider's account is entered once, whoever tells of it. */
export const feeIdOf = (provider: string, transactionId: string): string =>
  providerCommandId(provider, `fee ${transactionId}`);

/** Names what maintainers are told: the same is told once. */
export const alertIdOf = (matter: string): string => v5(matter, paymentNamespace);

/** Whose key seals who gave: one of its own for each gift, so that each can be erased alone. */
export const donorIdOf = (donationStream: string): string => v5(donationStream, paymentNamespace);

/** Bodies of webhooks are sealed in no person's name; their keys end by the month. */
export const webhookBodyOwnerId = v5("bodies of webhooks", paymentNamespace);

/** The same user and idempotency key are the same pledge. */
export const pledgeIdOf = (userId: string, idempotencyKey: string): string =>
  v5(`pledge ${idempotencyKey}`, userId);

const enrolmentNamespace = "b6c1f3de-7a52-5d1b-9f0e-43c0a2f8d7b5";

/** The stream of a token is found by the token alone; the id says nothing of it. */
export const enrolmentIdOf = (token: string): string => v5(sha256Hex(token), enrolmentNamespace);

const payoutNamespace = "c2a7a3f0-5e0d-5b8e-9d6f-17c1d6e2b45a";

/**
 * The same shares of an operator are the same payout, whoever plans it; once that ended without being paid
 * (so often is `endings`), the next one has an id of its own.
 */
export function payoutIdOf(
  { operatorId, currency }: { readonly operatorId: string; readonly currency: string },
  shareNames: readonly string[],
  endings: number,
): string {
  const names = [operatorId, currency, ...[...shareNames].sort()].join("\n");
  return v5(endings === 0 ? names : `${names}\n${endings}`, payoutNamespace);
}

/** The same payouts are the same batch. */
export const batchIdOf = (payoutIds: readonly string[]): string =>
  v5(`batch\n${[...payoutIds].sort().join("\n")}`, payoutNamespace);

const mailLinkNamespace = "0f6d2b7e-52b9-5a3c-8a55-7f3c1d9a4e60";

/** The same link in a mail is the same command, however often it is followed. */
export const mailLinkCommandId = (token: string): string => v5(sha256Hex(token), mailLinkNamespace);

/** 256 random bits, base64url: for tokens that are shown once and kept as hashes. */
export const newToken = (): string => randomBytes(32).toString("base64url");

export const sha256Hex = (data: string | Uint8Array): string =>
  createHash("sha256").update(data).digest("hex");

/** Hex. For what lies in several places and is too large to be copied together. */
export function sha256OfParts(parts: readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}
