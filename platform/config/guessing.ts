import { deflateRawSync } from "node:zlib";

/** A key that can be attacked without asking us. Of 16 random bytes in hex, none has less. */
export const keyBitsMin = 88;
/** A password that is tried against a server: twelve random characters have as much. */
export const passwordBitsMin = 28;

/** What is no repetition counts as a digit of hex. */
const bitsPerByte = 4;
const deflateOverheadBytes = 2;

/**
 * An upper bound for what it takes to guess a text: it takes no more than its characters, the steps
 * between them (`abcdef`) and its repetitions (`abc123abc123`) are worth. Words are not looked up.
 */
export function guessingBits(text: string): number {
  const codes = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  const steps = codes.slice(1).map((code, index) => code - (codes[index] ?? 0));
  const packedBytes = deflateRawSync(text, { level: 9 }).length - deflateOverheadBytes;
  return Math.min(entropyBits(codes), entropyBits(steps), packedBytes * bitsPerByte);
}

/** Shannon's, of all of the symbols together. */
function entropyBits(symbols: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const symbol of symbols) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
  return [...counts.values()].reduce(
    (bits, count) => bits - count * Math.log2(count / symbols.length),
    0,
  );
}
