import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import pLimit from "p-limit";
import { afterAll, expect, it } from "vitest";
import { audioFaults } from "../../domain/audio/audioRules.js";
import { wavFaults } from "../../domain/audio/riff.js";
import { joinBytes, type PcmFormat, wavHeader } from "../../domain/audio/writeWav.js";
import { createAudioCheck } from "../../platform/audio/audioCheck.js";
import { chooseSandbox } from "../../platform/audio/chooseSandbox.js";
import { readWavFile } from "../../platform/audio/receivedFile.js";
import { SeededRandom } from "../chaos/seededRandom.js";
import { bytesOf } from "../support/audioOnDisk.js";
import { cdQuality, renderPcm, renderWav, toneBursts } from "../support/testAudio.js";
import { casesOf, fuzzSeed } from "./fuzzCases.js";
import { mutateWav } from "./mutateWav.js";
import { pickFrom } from "./pickFrom.js";

/** A quarter of a second: what is asked here is what becomes of lies, not of sound. */
const frames = 11_025;
const asked = { sampleRate: cdQuality.sampleRate, frames };
const checkMsMax = 20_000;

/** The long form of a header, which FFmpeg itself writes for 24 bits. */
function extensible(format: PcmFormat): Uint8Array {
  const pcm = renderPcm(format, frames, toneBursts());
  const plain = Buffer.from(wavHeader(format, pcm.length));
  const fmt = Buffer.alloc(40);
  plain.copy(fmt, 0, 20, 36);
  fmt.writeUInt16LE(0xfffe, 0);
  fmt.writeUInt16LE(22, 16);
  fmt.writeUInt16LE(format.bitsPerSample, 18);
  fmt.writeUInt32LE(3, 20);
  Buffer.from("0100000000001000800000aa00389b71", "hex").copy(fmt, 24);
  const head = Buffer.concat([plain.subarray(0, 20), fmt, plain.subarray(36)]);
  head.writeUInt32LE(40, 16);
  const file = Buffer.from(joinBytes([head, pcm]));
  file.writeUInt32LE(file.length - 8, 4);
  return file;
}

const sources = [
  renderWav(cdQuality, frames),
  renderWav({ ...cdQuality, bitsPerSample: 24 }, frames),
  renderWav({ ...cdQuality, channels: 1 }, frames),
  renderWav({ ...cdQuality, sampleRate: 48_000 }, frames),
  extensible(cdQuality),
  extensible({ ...cdQuality, bitsPerSample: 24 }),
];

const check = createAudioCheck(await chooseSandbox());
afterAll(() => check.close());

/** As the upload is: received, its header read, then listened to. */
async function verdictOn(file: Buffer): Promise<string> {
  const { path, remove } = await check.receive(Readable.from([file]));
  try {
    const reading = await readWavFile(path);
    if (!reading.ok) return reading.fault;
    const verdict = await check.check({ path, wav: reading.value }, asked);
    if (!verdict.accepted) return verdict.reason;
    const { start, end } = reading.value.data;
    const is16 = reading.value.format.bitsPerSample === 16;
    const pcm = await bytesOf(verdict.pcm);
    await verdict.remove();
    if (pcm.length !== frames * 4) return "accepted with another length";
    return !is16 || pcm.equals(file.subarray(start, end)) ? "accepted" : "accepted as another";
  } finally {
    await remove();
  }
}

it("a file with lies in it is refused for what it is, or is what was asked for", {
  timeout: 600_000,
}, async () => {
  const random = new SeededRandom(fuzzSeed);
  const files = Array.from({ length: casesOf(200) }, () =>
    mutateWav(pickFrom(random, sources), random),
  );
  const inTurn = pLimit(3);
  const startedAt = performance.now();
  const outcomes = await Promise.all(files.map((file) => inTurn(() => verdictOn(file))));
  const known: readonly string[] = ["accepted", ...audioFaults];
  expect(outcomes.filter((outcome) => !known.includes(outcome))).toEqual([]);
  // Both ways to be refused were taken, and a lie that changes nothing is none.
  expect(new Set(outcomes)).toContain("accepted");
  expect(outcomes.some((outcome) => wavFaults.some((fault) => fault === outcome))).toBe(true);
  expect((performance.now() - startedAt) / files.length).toBeLessThan(checkMsMax / 3);
});

it("leaves no file behind", async () => {
  const { path, remove } = await check.receive(Readable.from([Buffer.from("RIFF")]));
  expect(readFileSync(path).toString()).toBe("RIFF");
  await remove();
  expect(existsSync(path)).toBe(false);
  expect(readdirSync(dirname(path)).filter((name) => name.endsWith(".received"))).toEqual([]);
});
