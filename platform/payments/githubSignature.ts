import { verifyWithFallback } from "@octokit/webhooks-methods";

/**
 * Whether one of our secrets signed exactly these bytes. GitHub signs no time: replays are told by
 * the delivery's id, and by the business they are about.
 */
export async function isGithubSignature(
  header: string,
  body: Uint8Array,
  [current, ...earlier]: readonly string[],
): Promise<boolean> {
  const text = Buffer.from(body).toString();
  // Bytes that are no UTF-8 come out as others, and what is empty has no signature.
  if (current === undefined || header === "" || text === "") return false;
  return verifyWithFallback(current, text, header, earlier);
}
