import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chunksMax, wavFaults } from "../../domain/audio/riff.js";
import {
  certifiedParts,
  joinBytes,
  type PcmFormat,
  pcm16Bytes,
  wavHeader,
  wavParts,
} from "../../domain/audio/writeWav.js";
import { certifiedBytes, findCertificate, readWav } from "../support/audio/wholeWav.js";

const seed = 20_261_122;
const stereo16: PcmFormat = { sampleRate: 48_000, channels: 2, bitsPerSample: 16 };
const samples = Uint8Array.from({ length: 40 }, (_, index) => index);
const whole = joinBytes(wavParts(stereo16, samples));

const fmtPayload = (format = stereo16): Uint8Array => wavHeader(format, 0).slice(20, 36);

function chunk(id: string, payload: Uint8Array, size = payload.length): Uint8Array {
  const bytes = new Uint8Array(8 + payload.length + (payload.length % 2));
  bytes.set(Buffer.from(id, "latin1"));
  new DataView(bytes.buffer).setUint32(4, size, true);
  bytes.set(payload, 8);
  return bytes;
}

function riff(...chunks: readonly Uint8Array[]): Uint8Array {
  const body = joinBytes([Buffer.from("WAVE"), ...chunks]);
  return chunk("RIFF", body);
}

/** A copy of a sound file with one number changed. */
function patched(offset: number, bits: 16 | 32, value: number): Uint8Array {
  const copy = whole.slice();
  const view = new DataView(copy.buffer);
  if (bits === 16) view.setUint16(offset, value, true);
  else view.setUint32(offset, value, true);
  return copy;
}

function faultOf(file: Uint8Array): string {
  const reading = readWav(file);
  return reading.ok ? "none" : reading.fault;
}

/** WAVE_FORMAT_EXTENSIBLE: the plain fields, then valid bits, channel mask and the sub-format. */
function extensible(subFormat: string, validBits = 16): Uint8Array {
  const fmt = new Uint8Array(40);
  fmt.set(fmtPayload());
  fmt.set([0xfe, 0xff], 0);
  fmt.set([22, 0, validBits, 0, 3, 0, 0, 0], 16);
  fmt.set(Buffer.from(subFormat, "hex"), 24);
  return fmt;
}
const pcmSubFormat = "0100000000001000800000aa00389b71";
const floatSubFormat = "0300000000001000800000aa00389b71";

describe("a WAV file of ours", () => {
  it("has the 44 bytes that every player knows, and sizes that are true", () => {
    expect(Buffer.from(wavHeader(stereo16, 40)).toString("hex")).toBe(
      "524946464c000000" + // RIFF, 76 bytes follow
        "57415645" +
        "666d742010000000" + // fmt, 16 bytes: PCM, 2 channels, 48 000 Hz, 192 000 B/s, 4 B, 16 bits
        "0100020080bb000000ee020004001000" +
        "6461746128000000", // data, 40 bytes
    );
    expect(whole.length).toBe(84);
  });

  it("is read back as it was written, for every format we take", () => {
    fc.assert(
      fc.property(
        fc.record({
          sampleRate: fc.integer({ min: 1, max: 384_000 }),
          channels: fc.constantFrom(1 as const, 2 as const),
          bitsPerSample: fc.constantFrom(16 as const, 24 as const),
        }),
        fc.integer({ min: 0, max: 50 }),
        fc.option(fc.stringMatching(/^[\w.-]{1,50}$/), { nil: undefined }),
        (format, frames, certificate) => {
          const data = new Uint8Array((frames * format.channels * format.bitsPerSample) / 8).fill(
            7,
          );
          const file = joinBytes(wavParts(format, data, certificate));
          const reading = readWav(file);
          if (!reading.ok) throw new Error(reading.message);
          expect(reading.value.format).toEqual(format);
          const vouchedFor = joinBytes(certifiedParts(format, data));
          expect(certifiedBytes(file, reading.value)).toEqual(vouchedFor);
          expect(findCertificate(file)).toBe(certificate);
        },
      ),
      { seed },
    );
  });

  it("gives the same bytes to be certified with and without a certificate", () => {
    const certified = joinBytes(wavParts(stereo16, samples, "a.b.c"));
    const [plain, other] = [readWav(whole), readWav(certified)];
    if (!plain.ok || !other.ok) throw new Error("unreadable");
    expect(certifiedBytes(certified, other.value)).toEqual(certifiedBytes(whole, plain.value));
  });

  it("stores samples little-endian", () => {
    expect([...pcm16Bytes(Int16Array.of(1, -2, 32_767, -32_768))]).toEqual([
      1, 0, 254, 255, 255, 127, 0, 128,
    ]);
  });

  it("is refused to be made larger than RIFF can say", () => {
    expect(() => wavHeader(stereo16, 2 ** 32 - 16)).toThrow(RangeError);
  });
});

describe("a stranger's WAV file", () => {
  it("may carry other chunks, which are passed over", () => {
    const file = riff(
      chunk("JUNK", new Uint8Array(3)),
      chunk("fmt ", fmtPayload()),
      chunk("LIST", Buffer.from("hidden message!!")),
      chunk("data", samples),
      chunk("id3 ", new Uint8Array(11)),
    );
    const reading = readWav(file);
    if (!reading.ok) throw new Error(reading.message);
    const { data } = reading.value;
    expect(file.slice(data.start, data.end)).toEqual(samples);
    expect(Object.keys(reading.value)).toEqual(["format", "fmt", "data"]);
  });

  it("may have the extended headers of plain PCM", () => {
    const longer = joinBytes([fmtPayload(), new Uint8Array(2)]);
    expect(faultOf(riff(chunk("fmt ", longer), chunk("data", samples)))).toBe("none");
    const long = extensible(pcmSubFormat);
    expect(faultOf(riff(chunk("fmt ", long), chunk("data", samples)))).toBe("none");
  });

  it.each([
    ["nothing", new Uint8Array(0), "NOT_WAV"],
    ["twelve bytes of something else", Buffer.from("ID3\x04\0\0\0\0\0\0\0\0"), "NOT_WAV"],
    ["big-endian RIFX", joinBytes([Buffer.from("RIFX"), whole.subarray(4)]), "NOT_WAV"],
    ["a RIFF of another kind", joinBytes([whole.subarray(0, 8), Buffer.from("AVI ")]), "NOT_WAV"],
    ["a file without its last byte", whole.subarray(0, -1), "TRUNCATED"],
    ["a file cut off in a chunk's header", riff(Buffer.from("fmt \x10\0")), "TRUNCATED"],
    ["an unknown RIFF size, as pipes leave it", patched(4, 32, 0xffff_ffff), "TRUNCATED"],
    ["an unknown data size", patched(40, 32, 0xffff_ffff), "TRUNCATED"],
    ["a data size one frame too large", patched(40, 32, 44), "TRUNCATED"],
    ["a data size that leaves bytes over", patched(40, 32, 30), "TRUNCATED"],
    [
      "half a frame at the end",
      riff(chunk("fmt ", fmtPayload()), chunk("data", samples.subarray(2))),
      "TRUNCATED",
    ],
    ["bytes after the end", joinBytes([whole, new Uint8Array(2)]), "TRAILING_BYTES"],
    [
      "too many chunks",
      riff(...Array.from({ length: chunksMax + 1 }, () => chunk("JUNK", samples))),
      "TOO_MANY_CHUNKS",
    ],
    [
      "an odd chunk without its padding",
      riff(chunk("JUNK", Uint8Array.of(1, 2, 3, 4), 3), chunk("fmt ", fmtPayload())),
      "BAD_PADDING",
    ],
    [
      "two fmt chunks",
      riff(chunk("fmt ", fmtPayload()), chunk("fmt ", fmtPayload()), chunk("data", samples)),
      "DUPLICATE_CHUNK",
    ],
    [
      "two data chunks",
      riff(chunk("fmt ", fmtPayload()), chunk("data", samples), chunk("data", samples)),
      "DUPLICATE_CHUNK",
    ],
    ["no fmt chunk", riff(chunk("data", samples)), "MISSING_CHUNK"],
    ["no data chunk", riff(chunk("fmt ", fmtPayload())), "MISSING_CHUNK"],
    ["data before fmt", riff(chunk("data", samples), chunk("fmt ", fmtPayload())), "MISSING_CHUNK"],
    [
      "a fmt chunk that is too short",
      riff(chunk("fmt ", samples.subarray(0, 14)), chunk("data", samples)),
      "UNSUPPORTED_FORMAT",
    ],
    ["float samples", patched(20, 16, 3), "UNSUPPORTED_FORMAT"],
    ["ADPCM", patched(20, 16, 2), "UNSUPPORTED_FORMAT"],
    ["MP3", patched(20, 16, 0x55), "UNSUPPORTED_FORMAT"],
    [
      "float samples in the long form",
      riff(chunk("fmt ", extensible(floatSubFormat)), chunk("data", samples)),
      "UNSUPPORTED_FORMAT",
    ],
    [
      "fewer valid bits than stored",
      riff(chunk("fmt ", extensible(pcmSubFormat, 12)), chunk("data", samples)),
      "UNSUPPORTED_FORMAT",
    ],
    ["six channels", patched(22, 16, 6), "UNSUPPORTED_FORMAT"],
    ["8 bits", patched(34, 16, 8), "UNSUPPORTED_FORMAT"],
    ["32 bits", patched(34, 16, 32), "UNSUPPORTED_FORMAT"],
    ["a sample rate of zero", patched(24, 32, 0), "INCONSISTENT_FORMAT"],
    ["a byte rate that is not true", patched(28, 32, 192_001), "INCONSISTENT_FORMAT"],
    ["a block size that is not true", patched(32, 16, 8), "INCONSISTENT_FORMAT"],
  ] as const)("is refused when it is %s", (_what, file, fault) => {
    expect(faultOf(file)).toBe(fault);
  });

  it("gets an answer whatever its bytes are, and no range leaves the file", () => {
    const answers = (file: Uint8Array): void => {
      const reading = readWav(file);
      if (reading.ok) {
        const { fmt, data } = reading.value;
        expect(fmt.start).toBeGreaterThanOrEqual(20);
        expect(fmt.end).toBeLessThan(data.start);
        expect(data.end).toBeLessThanOrEqual(file.length);
      } else {
        expect(wavFaults).toContain(reading.fault);
      }
      // Inside a larger buffer, a read out of range would find other bytes than at a file's end.
      const around = new Uint8Array(file.length + 64).fill(0xff);
      around.set(file, 32);
      const inside = around.subarray(32, 32 + file.length);
      expect(readWav(inside)).toEqual(reading);
      expect(findCertificate(inside)).toBe(findCertificate(file));
    };
    const base = joinBytes(wavParts(stereo16, samples, "a.b.c"));
    const mutation = fc.record({
      offset: fc.nat(base.length - 1),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
    });
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), answers), { seed, numRuns: 2_000 });
    fc.assert(
      fc.property(fc.array(mutation, { maxLength: 4 }), fc.nat(base.length), (changes, length) => {
        const file = base.slice();
        for (const { offset, bytes } of changes) {
          file.set(bytes.subarray(0, file.length - offset), offset);
        }
        answers(file);
        answers(file.subarray(0, length));
      }),
      { seed, numRuns: 5_000 },
    );
  });

  it("gives up no certificate that is too long to be one", () => {
    const long = new Uint8Array(20_000_000).fill(65);
    const around = [chunk("fmt ", fmtPayload()), chunk("data", samples)];
    expect(findCertificate(riff(...around, chunk("OBSC", long)))).toBeUndefined();
    expect(findCertificate(riff(...around, chunk("OBSC", long.subarray(0, 8192))))).toHaveLength(
      8192,
    );
  });
});
