import { describe, expect, it } from "vitest";
import { stems } from "../../domain/audio/music.js";
import { type Job, jobSchema } from "../../domain/node/wire.js";
import { type NodeLimits, readJob } from "../../gpu-node/jobRules.js";
import { stubJob } from "../support/stubServer.js";

const limits: NodeLimits = { audioSecondsMax: 30, sampleRateMax: 192_000, stems };

describe("a node's own look at a job", () => {
  it("takes what its operator lends", () => {
    const job = stubJob({ frames: 30 * 48_000, key: "Bb dorian", stems: ["bass"] });
    expect(readJob(job, limits)).toEqual({
      prompt: "techno",
      bpm: 120,
      key: { tonic: "A#", mode: "Dorian" },
      frames: 1_440_000,
      sampleRate: 48_000,
      stems: ["bass"],
      seed: 1,
    });
  });

  it("leaves an open key open", () => {
    expect(readJob(stubJob({ key: null }), limits)).toMatchObject({ key: undefined });
  });

  const absurd: Readonly<Record<string, Partial<Job>>> = {
    "one frame too long": { frames: 30 * 48_000 + 1 },
    "days long": { frames: Number.MAX_SAFE_INTEGER },
    "of a rate that nothing plays": { sample_rate: 47_999 },
    "of a rate beyond any": { sample_rate: 1_000_000_000 },
    "of rate zero": { sample_rate: 0 },
    "too slow": { bpm: 19.9 },
    "too fast": { bpm: 301 },
    "without end of beats": { bpm: Number.POSITIVE_INFINITY },
    "of no tempo": { bpm: Number.NaN },
    "of a seed beyond 32 bits": { seed: 4_294_967_296 },
    "of an endless prompt": { prompt: "a".repeat(1_001) },
    "in no key": { key: "H minor" },
  };
  it.each(Object.entries(absurd))("declines a job that is %s", (_, change) => {
    expect(readJob(stubJob(change), limits)).toBeUndefined();
  });

  it("counts characters of a prompt, not the halves that some are written in", () => {
    expect(readJob(stubJob({ prompt: "🎹".repeat(1_000) }), limits)).toBeDefined();
    expect(readJob(stubJob({ prompt: "🎹".repeat(1_001) }), limits)).toBeUndefined();
  });

  it("keeps to less when the operator lends less", () => {
    const modest: NodeLimits = { audioSecondsMax: 10, sampleRateMax: 48_000, stems: ["drums"] };
    expect(readJob(stubJob({ frames: 480_000, stems: ["drums"] }), modest)).toBeDefined();
    expect(readJob(stubJob({ frames: 480_001 }), modest)).toBeUndefined();
    expect(readJob(stubJob({ sample_rate: 96_000 }), modest)).toBeUndefined();
    expect(readJob(stubJob({ stems: ["drums", "bass"] }), modest)).toBeUndefined();
  });

  it.each([{ frames: 0 }, { frames: -1 }, { frames: 1.5 }, { seed: -1 }, { channels: 6 }])(
    "does not even read %j",
    (change) => {
      expect(jobSchema.safeParse({ ...stubJob(), ...change }).success).toBe(false);
    },
  );
});
