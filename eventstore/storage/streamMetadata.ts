import { noBounds, type ReadBounds, revisionMax } from "./streamHead.js";

export const softDeletion: Uint8Array = Buffer.from(`{"$tb":${revisionMax}}`);

/** What a metadata event says about reading. Anything malformed makes all of it count as empty. */
export function parseReadBounds(json: Uint8Array): ReadBounds {
  const metadata = parseObject(json);
  const truncateBefore = integerAtLeast(0, metadata["$tb"]);
  const maxCount = integerAtLeast(1, metadata["$maxCount"]);
  const maxAgeSeconds = integerAtLeast(1, metadata["$maxAge"]);
  if (truncateBefore === "bad" || maxCount === "bad" || maxAgeSeconds === "bad") return noBounds;
  return { truncateBefore: truncateBefore ?? 0n, maxCount, maxAgeSeconds };
}

/** The same metadata with another `$tb`. */
export function withTruncateBefore(json: Uint8Array, revision: bigint): Uint8Array {
  // JSON.stringify cannot write a bigint; `$tb` is a revision of a real event and far below 2^53.
  return Buffer.from(JSON.stringify({ ...parseObject(json), $tb: Number(revision) }));
}

function parseObject(json: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(json).toString());
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

/**
 * JSON numbers are doubles: 2^63 - 1, the mark of a soft-deleted stream, arrives as 2^63 and is
 * brought back to it.
 */
function integerAtLeast(least: number, value: unknown): bigint | undefined | "bad" {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "number" || !Number.isInteger(value) || value < least) return "bad";
  const integer = BigInt(value);
  return integer > revisionMax ? revisionMax : integer;
}
