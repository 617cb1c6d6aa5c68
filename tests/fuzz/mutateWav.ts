import type { SeededRandom } from "../chaos/seededRandom.js";
import { pickFrom } from "./pickFrom.js";

const headerBytes = 60;
/** Numbers at which sizes and counts go over. */
const numbers = [
  ...[0, 1, 2, 3, 7, 8, 15, 16, 17, 18, 24, 32, 40, 255, 256],
  ...[0x7fff, 0x8000, 0xfffe, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff],
];
const formatTags = [0, 1, 2, 3, 6, 7, 0x11, 0x31, 0x55, 0xfffe, 0xffff];
const names = ["RIFX", "RF64", "riff", "LIST", "data", "fmt ", "JUNK", "\0\0\0\0", "ds64", "cert"];

type Mutation = (file: Buffer, random: SeededRandom) => Buffer;

/** Lies of every kind about a file, one to three at once. */
const mutations: readonly Mutation[] = [
  (file, random) => {
    file[random.below(Math.min(headerBytes, file.length))] = random.below(256);
    return file;
  },
  (file, random) => {
    // Channels, bits, block size, and the like.
    file.writeUInt16LE(pickFrom(random, numbers) & 0xffff, 20 + 2 * random.below(8));
    return file;
  },
  (file, random) => {
    // The sizes of the file and of its first two chunks.
    file.writeUInt32LE(pickFrom(random, numbers), pickFrom(random, [4, 16, 40]));
    return file;
  },
  (file, random) => {
    file.writeUInt16LE(pickFrom(random, formatTags), 20);
    return file;
  },
  (file, random) => {
    file.write(pickFrom(random, names), pickFrom(random, [0, 8, 12, 36]), "latin1");
    return file;
  },
  (file, random) => file.subarray(0, random.below(file.length)),
  (file, random) => Buffer.concat([file, Buffer.alloc(random.below(64), random.below(256))]),
  (file, random) => withChunk(file, random, random.below(2) === 0),
  // NaN, infinities, and samples at the rails, where the samples are.
  (file, random) => {
    const pattern = pickFrom(random, ["0000c07f", "0000807f", "ff7fff7f", "0080", "00000000"]);
    return file.fill(Buffer.from(pattern, "hex"), Math.min(64, file.length));
  },
];

/** A chunk more before the samples, with its true size or with another. */
function withChunk(file: Buffer, random: SeededRandom, isTrue: boolean): Buffer {
  const payload = Buffer.alloc(random.below(9), random.below(256));
  const header = Buffer.alloc(8);
  header.write(pickFrom(random, names), "latin1");
  header.writeUInt32LE(isTrue ? payload.length : pickFrom(random, numbers), 4);
  const padding = Buffer.alloc(payload.length % 2);
  const grown = Buffer.concat([file.subarray(0, 36), header, payload, padding, file.subarray(36)]);
  if (isTrue) grown.writeUInt32LE(grown.length - 8, 4);
  return grown;
}

export function mutateWav(source: Uint8Array, random: SeededRandom): Buffer {
  let file: Buffer = Buffer.from(source);
  for (let count = 1 + random.below(3); count > 0; count -= 1) {
    // What is cut off by now has no header left to lie in.
    if (file.length > headerBytes) file = pickFrom(random, mutations)(file, random);
  }
  return file;
}
