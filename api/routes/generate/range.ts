import type { ByteRange } from "../../../domain/byteRange.js";

/**
 * One range of RFC 9110 section 14, such as `bytes=0-99`, `bytes=100-` or `bytes=-50`. Anything else
 * (several ranges, outside the file) is answered with the whole, as the RFC allows.
 */
export function readRange(header: string | undefined, size: number): ByteRange | undefined {
  const [, first = "", last = ""] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? "") ?? [];
  if (first === "" && last === "") return undefined;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size : Math.min(Number(last) + 1, size);
  return start < end ? { start, end } : undefined;
}
