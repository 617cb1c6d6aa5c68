/** Of a raw Ed25519 key: y in little-endian order, with the sign of x in the top bit of the last byte. */
const keyBytes = 32;
const signBit = 0x80;

/**
 * y of the points of order 1, 2, 4 and 8, hex. Under such a key a signature proves nothing: one that
 * nobody made fits many messages. The list is libsodium's, less what `isReduced` refuses anyway.
 */
const smallOrder: ReadonlySet<string> = new Set([
  `00${"00".repeat(31)}`,
  `01${"00".repeat(31)}`,
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  `ec${"ff".repeat(30)}7f`,
]);

/**
 * A node's public key in its one spelling, base64url; undefined for what is no key that can identify
 * anybody. The last character of the text has two spare bits, and y could be written with the prime
 * added: a key with several spellings would be several nodes.
 */
export function readNodePublicKey(text: string): string | undefined {
  const key = Buffer.from(text, "base64url");
  if (key.length !== keyBytes) return undefined;
  const y = Buffer.from(key);
  y[keyBytes - 1] = (y[keyBytes - 1] ?? 0) & ~signBit;
  if (!isReduced(y) || smallOrder.has(y.toString("hex"))) return undefined;
  return key.toString("base64url");
}

/** Below the prime 2^255 - 19, as RFC 8032 wants it. */
const isReduced = (y: Buffer): boolean =>
  Buffer.from(y).reverse().toString("hex") < `7f${"ff".repeat(30)}ed`;
