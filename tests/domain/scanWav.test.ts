import fc from "fast-check";
import { expect, it } from "vitest";
import { WavScan } from "../../domain/audio/scanWav.js";
import { joinBytes, wavParts } from "../../domain/audio/writeWav.js";
import { certifiedBytes, readWav } from "../support/audio/wholeWav.js";

const seed = 20_261_130;
const format = { sampleRate: 48_000, channels: 1, bitsPerSample: 24 } as const;
/** Nine bytes of samples, so that a padding byte follows. */
const base = joinBytes(
  wavParts(
    format,
    Uint8Array.from({ length: 9 }, (_, n) => n),
    "a.b.c",
  ),
);

/** What is handed on for each file that is read whole, and for one that comes in pieces. */
function readWhole(file: Uint8Array) {
  const reading = readWav(file);
  if (!reading.ok) return undefined;
  const audio = Buffer.from(certifiedBytes(file, reading.value));
  return { ...reading.value, audio, certificate: firstCertificate(file) };
}

/** In a file that was found to be sound. */
function firstCertificate(file: Uint8Array): string | undefined {
  const bytes = Buffer.from(file);
  for (let at = 12; at < bytes.length; ) {
    const size = bytes.readUInt32LE(at + 4);
    if (bytes.toString("latin1", at, at + 4) === "OBSC") {
      return bytes.toString("latin1", at + 8, at + 8 + size);
    }
    at += 8 + size + (size % 2);
  }
  return undefined;
}

function readInPieces(file: Uint8Array, sizes: readonly number[]) {
  const certified: Uint8Array[] = [];
  const scan = new WavScan((bytes) => certified.push(bytes.slice()));
  for (let at = 0, piece = 0; at < file.length; piece += 1) {
    const size = sizes[piece % sizes.length] ?? 1;
    scan.push(file.subarray(at, at + size));
    at += size;
  }
  const scanned = scan.end();
  return scanned && { ...scanned, audio: Buffer.from(joinBytes(certified)) };
}

const sizes = fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1, maxLength: 5 });

it("reads a file in pieces as it is read whole", () => {
  expect(readWhole(base)).toBeDefined();
  fc.assert(
    fc.property(sizes, (each) => {
      expect(readInPieces(base, each)).toEqual(readWhole(base));
    }),
    { seed },
  );
});

/** Where chunks begin and how long they say they are: the bytes that matter. */
const headerOffsets = [...base.keys()].filter((at) => at < 46 || (at > 50 && at < 62));

it("judges what somebody changed, cut off or went on with as if it had read it whole", () => {
  const change = fc.record({
    at: fc.constantFrom(...headerOffsets),
    byte: fc.oneof(fc.constantFrom(0, 1, 2, 3, 8, 9, 16, 18, 24, 40), fc.integer({ max: 255 })),
  });
  const file = fc.record({
    changes: fc.array(change, { maxLength: 3 }),
    length: fc.oneof(fc.constant(base.length), fc.nat(base.length)),
    more: fc.uint8Array({ maxLength: 3 }),
  });
  fc.assert(
    fc.property(file, sizes, ({ changes, length, more }, each) => {
      const changed = base.slice();
      for (const { at, byte } of changes) changed[at] = byte;
      const given = joinBytes([changed.subarray(0, length), more]);
      expect(readInPieces(given, each)).toEqual(readWhole(given));
    }),
    { seed, numRuns: 5_000 },
  );
});

it("judges chunks in any order, twice, of odd size or without any bytes as if it had read them whole", () => {
  const fmt = base.subarray(12, 36);
  const chunk = (id: string, payload: readonly number[]) => {
    const bytes = new Uint8Array(8 + payload.length + (payload.length % 2));
    bytes.set(Buffer.from(id, "latin1"));
    bytes[4] = payload.length;
    bytes.set(payload, 8);
    return bytes;
  };
  const payload = fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 7 });
  const other = fc
    .record({ id: fc.constantFrom("data", "OBSC", "LIST", "fmt "), payload })
    .map((each) => chunk(each.id, each.payload));
  const samples = chunk("data", [1, 2, 3, 4, 5, 6]);
  const chunks = fc.oneof(
    fc.array(fc.oneof(fc.constant(fmt), fc.constant(samples), other), { maxLength: 6 }),
    fc.array(other, { maxLength: 40 }).map((others) => [fmt, samples, ...others]),
  );
  fc.assert(
    fc.property(chunks, sizes, (all, each) => {
      const body = joinBytes([Buffer.from("WAVE"), ...all]);
      const header = Buffer.alloc(8);
      header.write("RIFF");
      header.writeUInt32LE(body.length, 4);
      const file = joinBytes([header, body]);
      expect(readInPieces(file, each)).toEqual(readWhole(file));
    }),
    { seed, numRuns: 3_000 },
  );
});
