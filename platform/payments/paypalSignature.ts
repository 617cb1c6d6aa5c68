import { verify } from "node:crypto";
import { crc32 } from "node:zlib";
import { day, minute } from "../../domain/limits.js";
import type { PaypalCertificates } from "./paypalCertificates.js";
import type { SignatureRefusal } from "./signatureRefusal.js";

/** What PayPal says in the headers of a delivery. */
export interface PaypalTransmission {
  readonly id: string;
  readonly time: string;
  readonly signature: string;
  readonly certUrl: string;
  readonly algorithm: string;
}

/** Retries last three days, and it is not known whether each is signed anew. */
const ageMsMax = 4 * day;
const aheadMsMax = 5 * minute;

/**
 * Undefined when PayPal sent this to our webhook, else why it is not believed: `id|time|webhook id|CRC-32 of the body`, RSA-SHA256. A
 * CRC-32 can be met by another body, so what it says is looked up before it is booked.
 * @throws ProviderDownError when PayPal's certificate can't be read now
 */
export async function paypalRefusal(
  { id, time, signature, certUrl, algorithm }: PaypalTransmission,
  body: Uint8Array,
  { webhookId, certificates, nowMs }: PaypalVerification,
): Promise<SignatureRefusal | undefined> {
  if ([id, time, signature, certUrl, algorithm].includes("")) return "missing";
  if (algorithm.toLowerCase() !== "sha256withrsa") return "algorithm";
  const ageMs = nowMs - Date.parse(time);
  if (Number.isNaN(ageMs)) return "malformed";
  if (ageMs > ageMsMax || ageMs < -aheadMsMax) return "clock";
  const found = await certificates.find(certUrl, nowMs);
  if ("refused" in found) return found.refused;
  const { publicKey } = found.certificate;
  if (publicKey.asymmetricKeyType !== "rsa") return "algorithm";
  const message = [id, time, webhookId, crc32(body)].join("|");
  const bytes = Buffer.from(signature, "base64");
  const isSigned = verify("RSA-SHA256", Buffer.from(message), publicKey, bytes);
  return isSigned ? undefined : "digest";
}

export interface PaypalVerification {
  /** Our own, from the settings; never one from the request. */
  readonly webhookId: string;
  readonly certificates: PaypalCertificates;
  readonly nowMs: number;
}
