import { spawnSync } from "node:child_process";
import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import type { AskedAudio } from "../../domain/audio/audioRules.js";
import { sampleRates } from "../../domain/audio/music.js";
import { joinBytes, type PcmFormat, wavHeader } from "../../domain/audio/writeWav.js";
import {
  AudioCheckBusyError,
  checksAtOnceMax,
  checksWaitingMax,
  createAudioCheck,
} from "../../platform/audio/audioCheck.js";
import { chooseSandbox } from "../../platform/audio/chooseSandbox.js";
import { argumentsOf, ffmpegCommand } from "../../platform/audio/ffmpeg.js";
import { readWavFile } from "../../platform/audio/receivedFile.js";
import { audioOnDisk, bytesOf, writeAudio } from "../support/audioOnDisk.js";
import { temporaryFolder } from "../support/temporaryFolder.js";
import { cdQuality, renderPcm, renderWav, type Signal, toneBursts } from "../support/testAudio.js";

const frames = 44_100;
const asked: AskedAudio = { sampleRate: cdQuality.sampleRate, frames };
const in24Bits: PcmFormat = { ...cdQuality, bitsPerSample: 24 };

/** The audio check of all tests that do not care which. */
const sandbox = await chooseSandbox();
const shared = createAudioCheck(sandbox);

async function pcmOf(file: Uint8Array, what = asked): Promise<Buffer> {
  const verdict = await shared.check(await audioOnDisk(file), what);
  if (!verdict.accepted) throw new Error(verdict.message);
  const pcm = await bytesOf(verdict.pcm);
  await verdict.remove();
  return pcm;
}

/** What FFmpeg by itself makes of a file. */
function byFfmpeg(file: Uint8Array): Buffer {
  const output = join(temporaryFolder(), "output.raw");
  const command = ffmpegCommand(output);
  spawnSync(command.program, argumentsOf(command), { input: file });
  return readFileSync(output);
}

async function reasonFor(file: Uint8Array): Promise<string> {
  const reading = await readWavFile(writeAudio(file));
  if (!reading.ok) return reading.fault;
  const verdict = await shared.check(await audioOnDisk(file), asked);
  return verdict.accepted ? "accepted" : verdict.reason;
}

afterAll(() => shared.close());

describe("audio that is as asked", () => {
  it("passes FFmpeg bit for bit at every rate there is", async () => {
    const passes = sampleRates.map(async (sampleRate) => {
      const format: PcmFormat = { ...cdQuality, sampleRate };
      const file = renderWav(format, frames);
      const exact = renderPcm(format, frames, toneBursts());
      const pcm = await pcmOf(file, { sampleRate, frames });
      return byFfmpeg(file).equals(exact) && pcm.equals(exact);
    });
    expect(await Promise.all(passes)).toEqual(sampleRates.map(() => true));
  });

  it("passes FFmpeg bit for bit over the whole range of values", async () => {
    // All values, one after the other, are no sound by themselves: the other channel has some.
    const pcm = renderPcm(cdQuality, 65_536, toneBursts());
    for (let value = -32_768; value <= 32_767; value += 1) {
      pcm.writeInt16LE(value, (value + 32_768) * 4);
    }
    const file = joinBytes([wavHeader(cdQuality, pcm.length), pcm]);
    expect(byFfmpeg(file).equals(pcm)).toBe(true);
    expect((await pcmOf(file, { ...asked, frames: 65_536 })).equals(pcm)).toBe(true);
  });

  it("is rounded from 24 to 16 bits, the same each time", async () => {
    const file = renderWav(in24Bits, frames);
    const pcm = await pcmOf(file);
    const exact = renderPcm(in24Bits, frames, toneBursts());
    const errors = Array.from({ length: frames * 2 }, (_, sample) =>
      Math.abs(pcm.readInt16LE(sample * 2) - exact.readIntLE(sample * 3, 3) / 256),
    );
    expect(Math.max(...errors)).toBeLessThanOrEqual(1.5);
    expect(pcm.equals(await pcmOf(file))).toBe(true);
  });

  it("keeps a tail that is softer than one step of 16 bits, as noise around it", async () => {
    const tail: Signal = (seconds) =>
      seconds < 0.3 ? 0.5 * Math.sin(2764 * seconds) : 0.4 / 32_768;
    const pcm = await pcmOf(renderWav(in24Bits, frames, tail));
    const samples = Array.from({ length: 8_000 }, (_, index) =>
      pcm.readInt16LE(60_000 + index * 2),
    );
    const mean = samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
    expect(mean).toBeGreaterThan(0.3);
    expect(mean).toBeLessThan(0.5);
  });

  it("is measured", async () => {
    const sine: Signal = (seconds) =>
      seconds < 0.4 ? 10 ** (-6 / 20) * Math.sin(2764 * seconds) : 0;
    const verdict = await shared.check(
      await audioOnDisk(renderWav(cdQuality, frames, sine)),
      asked,
    );
    if (!verdict.accepted) throw new Error(verdict.message);
    const { peakDb, meanDb, silentShare, fullScaleShare } = verdict.measured;
    expect(peakDb).toBeCloseTo(-6, 1);
    expect(meanDb).toBeCloseTo(-6 - 3 - 4, 0);
    expect(silentShare).toBeCloseTo(0.6, 2);
    expect(fullScaleShare).toBe(0);
  });

  it("loses every chunk but its samples", async () => {
    const pcm = renderPcm(cdQuality, frames, toneBursts());
    const hidden = Buffer.from("LIST\x10\0\0\0INFOINAM\x04\0\0\0abc\0id3 \x04\0\0\0evil");
    const file = joinBytes([wavHeader(cdQuality, pcm.length, hidden.length), pcm, hidden]);
    expect((await pcmOf(file)).equals(pcm)).toBe(true);
  });

  it("gets its own answer when many are checked at once", async () => {
    const files = Array.from({ length: 8 }, (_, seed) =>
      renderPcm(cdQuality, frames, toneBursts({ seed, peak: 0.1 + seed / 10 })),
    );
    const checked = await Promise.all(
      files.map((pcm) => pcmOf(joinBytes([wavHeader(cdQuality, pcm.length), pcm]))),
    );
    const same = checked.map((pcm, index) => files[index]?.equals(pcm));
    expect(same).toEqual(files.map(() => true));
  });
});

describe("audio that is not as asked", () => {
  it.each([
    ["no WAV", Buffer.from("ID3 and so on"), "NOT_WAV"],
    ["a truncated file", renderWav(cdQuality, frames).subarray(0, 40_000), "TRUNCATED"],
    ["another rate", renderWav({ ...cdQuality, sampleRate: 48_000 }, frames), "WRONG_RATE"],
    ["one channel", renderWav({ ...cdQuality, channels: 1 }, frames), "WRONG_CHANNELS"],
    ["a frame too few", renderWav(cdQuality, frames - 1), "WRONG_LENGTH"],
    ["nothing but zeros", renderWav(cdQuality, frames, () => 0), "SILENT"],
    ["noise that nobody hears", renderWav(cdQuality, frames, toneBursts({ peak: 9e-4 })), "SILENT"],
    ["one blip", renderWav(cdQuality, frames, (seconds) => (seconds < 1e-4 ? 0.9 : 0)), "SILENT"],
    ["a constant", renderWav(cdQuality, frames, () => 0.5), "SILENT"],
    ["21 kHz", renderWav(cdQuality, frames, (s) => 0.7 * Math.sin(131_947 * s)), "SILENT"],
    [
      "a square wave at the rails",
      renderWav(cdQuality, frames, (s) => Math.sign(Math.sin(2764 * s))),
      "CLIPPED",
    ],
  ] as const)("is refused: %s", async (_what, file, reason) => {
    expect(await reasonFor(file)).toBe(reason);
  });

  it.each([
    ["MP3", "libmp3lame"],
    ["ADPCM", "adpcm_ms"],
    ["32-bit float", "pcm_f32le"],
  ])("is refused with %s in it, by our own check and by FFmpeg's list", (_what, codec) => {
    const raw = ["-f", "s16le", "-ar", "44100", "-ac", "2", "-i", "pipe:0"];
    const path = join(temporaryFolder(), "encoded.wav");
    spawnSync("ffmpeg", ["-v", "error", ...raw, "-c:a", codec, path], {
      input: renderPcm(cdQuality, frames, toneBursts()),
    });
    const input = readFileSync(path);
    const output = join(temporaryFolder(), "output.raw");
    const command = ffmpegCommand(output);
    expect(spawnSync(command.program, argumentsOf(command), { input }).status).not.toBe(0);
    expect(existsSync(output) && readFileSync(output).length > 0).toBe(false);
    return expect(reasonFor(input)).resolves.toBe("UNSUPPORTED_FORMAT");
  });
});

describe("the queue of the audio check", () => {
  it("takes so many files, and refuses the next at once", async () => {
    const { check, close } = createAudioCheck(sandbox);
    const file = await audioOnDisk(renderWav(cdQuality, frames));
    const taken = Array.from({ length: checksAtOnceMax + checksWaitingMax }, () =>
      check(file, asked),
    );
    await expect(check(file, asked)).rejects.toThrow(AudioCheckBusyError);
    close();
    const outcomes = await Promise.allSettled(taken);
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(["rejected"]));
  });
});

describe("whoever cleans up temporary files", () => {
  const file = renderWav(in24Bits, frames);

  /** A check that has worked, with FFmpeg started ahead for the next files. */
  async function openCheck() {
    const audioCheck = createAudioCheck(sandbox);
    onTestFinished(() => audioCheck.close());
    const isAccepted = async () => {
      const { path, remove } = await audioCheck.receive(Readable.from([file]));
      const reading = await readWavFile(path);
      if (!reading.ok) throw new Error(reading.message);
      const verdict = await audioCheck.check({ path, wav: reading.value }, asked);
      if (verdict.accepted) await verdict.remove();
      await remove();
      return verdict.accepted;
    };
    const received = await audioCheck.receive(Readable.from([file]));
    expect(await isAccepted()).toBe(true);
    return { ...audioCheck, folder: dirname(received.path), isAccepted };
  }

  it("may remove the folder: it is made again, and nobody else reads it", async () => {
    const { folder, isAccepted } = await openCheck();
    for (let time = 0; time < 3; time += 1) {
      rmSync(folder, { recursive: true });
      expect(await isAccepted()).toBe(true);
      expect(statSync(folder).mode & 0o777).toBe(0o700);
    }
  });

  it("may remove it while a file waits that lies elsewhere", async () => {
    const { check, folder } = await openCheck();
    const waiting = await audioOnDisk(file);
    rmSync(folder, { recursive: true });
    expect(await check(waiting, asked)).toMatchObject({ accepted: true });
  });

  it("may remove the files in it", async () => {
    const { folder, isAccepted } = await openCheck();
    for (let time = 0; time < 3; time += 1) {
      for (const name of readdirSync(folder)) rmSync(join(folder, name));
      expect(await isAccepted()).toBe(true);
    }
  });

  it("leaves it ready, unless the folder can't be made again", async () => {
    const { folder, isAccepted, ping } = await openCheck();
    rmSync(folder, { recursive: true });
    await ping();
    expect(readdirSync(folder).filter((name) => !name.endsWith(".raw"))).toEqual([]);

    rmSync(folder, { recursive: true });
    writeFileSync(folder, "in its place");
    await expect(ping()).rejects.toThrow();
    await expect(isAccepted()).rejects.toThrow();
    rmSync(folder);
    await ping();
    expect(await isAccepted()).toBe(true);
  });

  it("may be fooled by nobody: a link in the folder's place is not followed", async () => {
    const { folder, isAccepted, ping } = await openCheck();
    rmSync(folder, { recursive: true });
    const others = temporaryFolder();
    symlinkSync(others, folder);
    onTestFinished(() => rmSync(folder, { force: true }));
    await expect(ping()).rejects.toThrow("is not ours");
    await expect(isAccepted()).rejects.toThrow("is not ours");
    expect(readdirSync(others).filter((name) => !name.endsWith(".raw"))).toEqual([]);
  });
});
