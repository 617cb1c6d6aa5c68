import { verifyWithFallback } from "@octokit/webhooks-methods";
import type { SignatureRefusal } from "./signatureRefusal.js";

/**
 * Undefined when one of our secrets signed exactly these bytes, else why not. GitHub signs no time: replays are told by
 * the delivery's id, and by the business they are about.
 */
export async function githubRefusal(
  header: string,
  body: Uint8Array,
  [current, ...earlier]: readonly string[],
): Promise<SignatureRefusal | undefined> {
  const text = Buffer.from(body).toString();
  // Bytes that are no UTF-8 come out as others, and what is empty has no signature.
  if (header === "") return "missing";
  if (!/^sha256=[0-9a-f]{64}$/.test(header)) return "malformed";
  if (current === undefined || text === "") return "digest";
  return (await verifyWithFallback(current, text, header, earlier)) ? undefined : "digest";
}
