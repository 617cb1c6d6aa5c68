import { crc32 } from "node:zlib";
import { DamagedIndexError } from "./damage.js";

/** LMDB has no checksums of its own. These cover the key as well: a value is right for its key only. */
const checksumBytes = 4;

const checksumOf = (key: Buffer, value: Buffer): number => crc32(value, crc32(key));

export function withChecksum(key: Buffer, value: Buffer): Buffer {
  const stored = Buffer.allocUnsafe(value.length + checksumBytes);
  value.copy(stored);
  stored.writeUInt32BE(checksumOf(key, value), value.length);
  return stored;
}

/** The value without its checksum. @throws DamagedIndexError */
export function checkedValue(key: Buffer, stored: Buffer): Buffer {
  const value = stored.subarray(0, -checksumBytes);
  const isIntact =
    stored.length > checksumBytes && stored.readUInt32BE(value.length) === checksumOf(key, value);
  if (!isIntact) throw new DamagedIndexError(`the value of key ${key.toString("hex")} was changed`);
  return value;
}
