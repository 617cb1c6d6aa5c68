import { typeListBytesMax } from "../limits.js";

/**
 * The types of so many events that follow each other in the log. Block 0 begins at position 1. A
 * filter by type is asked once for each type of a block, and what it hides is never read.
 */
export const typeBlockEvents = 1_024;

export interface TypeBlock {
  /** In the order in which they first appear. */
  readonly types: readonly string[];
  /** For each event of the block, which of `types` is its own. */
  readonly typeAt: Uint8Array;
}

/** The number of types is one byte. */
const typesMax = 255;
const unlisted = Buffer.from([0]);

export const typeBlockOf = (position: bigint): bigint => (position - 1n) / BigInt(typeBlockEvents);
export const firstPositionOf = (block: bigint): bigint => block * BigInt(typeBlockEvents) + 1n;
export const lastPositionOf = (block: bigint): bigint => (block + 1n) * BigInt(typeBlockEvents);

/** The number of types u8, each as length u16 and UTF-8, then for each event one byte. */
export function encodeTypeBlock(eventTypes: readonly string[]): Buffer {
  const numbers = new Map<string, number>();
  for (const type of eventTypes) if (!numbers.has(type)) numbers.set(type, numbers.size);
  const texts = Array.from(numbers.keys(), (type) => Buffer.from(type));
  const listBytes = texts.reduce((sum, { length }) => sum + 2 + length, 0);
  if (texts.length > typesMax || listBytes > typeListBytesMax) return unlisted;
  const list = texts.flatMap((text) => [uint16Bytes(text.length), text]);
  const typeAt = Buffer.from(eventTypes.map((type) => numbers.get(type) ?? 0));
  return Buffer.concat([Buffer.from([texts.length]), ...list, typeAt]);
}

/** Undefined if the block has too many types to be listed: then its events have to be read. */
export function decodeTypeBlock(value: Buffer): TypeBlock | undefined {
  const count = value.readUInt8(0);
  if (count === 0) return undefined;
  const types: string[] = [];
  let at = 1;
  while (types.length < count) {
    const start = at + 2;
    at = start + value.readUInt16BE(at);
    types.push(value.toString("utf8", start, at));
  }
  return { types, typeAt: value.subarray(at) };
}

function uint16Bytes(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(2);
  bytes.writeUInt16BE(value);
  return bytes;
}
