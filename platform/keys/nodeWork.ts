import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";

/** What the work is for: one nonce and one key, so that it can be neither saved up nor handed on. */
export interface WorkSubject {
  readonly nonce: string;
  readonly publicKey: string;
}

/** Between two pauses in which the process does other things. */
const triesAtOnce = 4096;
/** Far more than 22 bits take: 2^27. */
const triesMax = 134_217_728;

/** SHA-256 of nonce, key and work begins with so many zero bits. */
export function isWork({ nonce, publicKey }: WorkSubject, work: string, bits: number): boolean {
  if (bits === 0) return true;
  const hash = createHash("sha256").update(`${nonce}.${publicKey}.${work}`).digest();
  return Math.clz32(hash.readUInt32BE(0)) >= bits;
}

/** Tries numbers until one fits; a node does this before it joins. @throws Error when none does */
export async function findWork(subject: WorkSubject, bits: number): Promise<string> {
  for (let tried = 0; tried < triesMax; tried += 1) {
    if (isWork(subject, String(tried), bits)) return String(tried);
    if (tried % triesAtOnce === 0) await setImmediate();
  }
  throw new Error(`The server asks for work of ${bits} bits, which nobody can do.`);
}
