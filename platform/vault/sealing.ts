import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { SealedValue } from "../../domain/message.js";

/** Where a sealed value belongs. It is bound to it: moved elsewhere it does not open. */
export interface SealPlace {
  readonly eventId: string;
  readonly eventType: string;
  readonly field: string;
}

const cipher = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;

/**
 * A value's length says a lot about it, so lengths are rounded up to one of these. The largest, in
 * base64url, still leaves room for the rest of its event in the 1 MiB of an append.
 */
const paddedBytes = [64, 256, 1024, 4096, 16_384, 65_536, 262_144, 524_288] as const;
/** Two bytes say how long the text is, four where two can't. */
const lengthBytesOf = (size: number): 2 | 4 => (size > 4096 ? 4 : 2);
export const sealedTextBytesMax = 524_288 - 4;

const placeBytes = (keyId: string, { eventType, field, eventId }: SealPlace): Buffer =>
  Buffer.from(JSON.stringify([1, keyId, eventType, field, eventId]));

/** @throws RangeError when the text is longer than sealedTextBytesMax bytes of UTF-8. */
export function seal(key: Buffer, keyId: string, place: SealPlace, text: string): SealedValue {
  const nonce = randomBytes(nonceBytes);
  const encryption = createCipheriv(cipher, key, nonce).setAAD(placeBytes(keyId, place));
  const ct = Buffer.concat([
    encryption.update(padded(text)),
    encryption.final(),
    encryption.getAuthTag(),
  ]);
  return { v: 1, keyId, nonce: nonce.toString("base64url"), ct: ct.toString("base64url") };
}

/** @throws Error when the value was changed or belongs to another place or key. */
export function unseal(key: Buffer, place: SealPlace, { keyId, nonce, ct }: SealedValue): string {
  const bytes = Buffer.from(ct, "base64url");
  const decryption = createDecipheriv(cipher, key, Buffer.from(nonce, "base64url"))
    .setAAD(placeBytes(keyId, place))
    .setAuthTag(bytes.subarray(-tagBytes));
  const plain = Buffer.concat([
    decryption.update(bytes.subarray(0, -tagBytes)),
    decryption.final(),
  ]);
  const lengthBytes = lengthBytesOf(plain.length);
  return plain.subarray(lengthBytes, lengthBytes + plain.readUIntBE(0, lengthBytes)).toString();
}

function padded(text: string): Buffer {
  const bytes = Buffer.from(text);
  const size = paddedBytes.find((size) => bytes.length + lengthBytesOf(size) <= size);
  if (size === undefined) throw new RangeError(`${bytes.length} bytes are too many to seal.`);
  const block = Buffer.alloc(size);
  const lengthBytes = lengthBytesOf(size);
  block.writeUIntBE(bytes.length, 0, lengthBytes);
  bytes.copy(block, lengthBytes);
  return block;
}

/** Data keys lie in the database only under the master key. */
export function wrapKey(masterKey: Buffer, key: Buffer): Buffer {
  const nonce = randomBytes(nonceBytes);
  const encryption = createCipheriv(cipher, masterKey, nonce);
  return Buffer.concat([
    nonce,
    encryption.update(key),
    encryption.final(),
    encryption.getAuthTag(),
  ]);
}

/** @throws Error under another master key. */
export function unwrapKey(masterKey: Buffer, wrapped: Buffer): Buffer {
  const decryption = createDecipheriv(cipher, masterKey, wrapped.subarray(0, nonceBytes));
  decryption.setAuthTag(wrapped.subarray(-tagBytes));
  const ct = wrapped.subarray(nonceBytes, -tagBytes);
  return Buffer.concat([decryption.update(ct), decryption.final()]);
}
