import { createHmac } from "node:crypto";
import ipaddr from "ipaddr.js";

/** Whoever holds one IPv6 address holds 2^64 of them, so the block counts as one. */
const ipv6BlockBits = 64;

/** "203.0.113.7", or "2001:db8:1:2::/64". */
export function addressBlock(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === "ipv4") return parsed.toString();
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${parsed}/${ipv6BlockBits}`)}/${ipv6BlockBits}`;
}

/** `blocks` are addresses and CIDR blocks, as TRUST_PROXY has them. */
export function isInBlocks(address: string, blocks: readonly string[]): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return blocks.some((block) => {
    const [text = "", bits] = block.split("/");
    const written = ipaddr.parse(text);
    const own = ipaddr.process(text); // One of version 4 may be written as one of version 6.
    if (own.kind() !== parsed.kind()) return false;
    const bitsOwn = 8 * own.toByteArray().length;
    const bitsWritten = 8 * written.toByteArray().length;
    return parsed.match(own, Number(bits ?? bitsWritten) - (bitsWritten - bitsOwn));
  });
}

/** HMAC of the block of an address: neighbours have the same, and nobody can count back to it. */
export type BlockHash = (address: string) => string;

const rememberedMax = 1000;

export function createBlockHash(key: Buffer): BlockHash {
  // Several for each call, and most calls come from few addresses.
  const remembered = new Map<string, string>();
  return (address) => {
    const known = remembered.get(address);
    if (known !== undefined) return known;
    const hash = createHmac("sha256", key).update(addressBlock(address)).digest("base64url");
    if (remembered.size >= rememberedMax) remembered.clear();
    remembered.set(address, hash);
    return hash;
  };
}
