/**
 * Joining costs work once many new nodes joined from one address block in a day: nothing that an
 * operator notices, and more with each that joins. Nodes that are known come back for nothing.
 */
const freeJoins = 32;
const bitsMin = 16;
const joinsPerBit = 32;
/** 2^22 hashes are 10 s or so. A nonce is good for a minute, and the work is for one nonce. */
const bitsMax = 22;

/** So many new nodes of one block in a day, however hard they work. */
export const joinsPerDayMax = 256;

/** How many zero bits the hash must begin with for the nth new node of a day: 0 … 0, 16 … 22. */
export function workBitsFor(nth: number): number {
  if (nth <= freeJoins) return 0;
  const more = Math.floor((nth - freeJoins - 1) / joinsPerBit);
  return Math.min(bitsMin + more, bitsMax);
}
