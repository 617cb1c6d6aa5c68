import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeEvent } from "../../domain/ledger.js";
import { describedBy, nodeDescriptionSchema } from "../../domain/node/description.js";

const words = { engine: "synth", softwareVersion: "0.1.0", gpu: null };

describe("what a node says of itself", () => {
  it.each([
    ["NVIDIA GeForce RTX 4090", 24_564, { vendor: "nvidia", memoryClassGb: 24 }],
    ["RTX 3060", 12_288, { vendor: "nvidia", memoryClassGb: 12 }],
    ["NVIDIA A100-SXM4-80GB", 81_920, { vendor: "nvidia", memoryClassGb: 80 }],
    ["A100 80GB PCIe", 81_251, { vendor: "nvidia", memoryClassGb: 80 }],
    ["Tesla T4", 15_360, { vendor: "nvidia", memoryClassGb: 16 }],
    ["AMD Radeon RX 7900 XTX", 24_576, { vendor: "amd", memoryClassGb: 24 }],
    ["AMD Instinct MI300X", 196_608, { vendor: "amd", memoryClassGb: 192 }],
    ["Intel(R) Arc(TM) A770 Graphics", 16_288, { vendor: "intel", memoryClassGb: 16 }],
    ["Apple M2 Max", 32_768, { vendor: "apple", memoryClassGb: 32 }],
    ["visit example.org", 0, { vendor: "other", memoryClassGb: 2 }],
  ])("comes down to vendor and class of memory: %s", (name, memoryMb, gpu) => {
    expect(describedBy({ ...words, gpu: { name, memoryMb } })).toEqual({ ...words, gpu });
  });

  it("keeps a version that has the form of one, and engines of the list", () => {
    expect(describedBy(words)).toEqual(words);
    for (const softwareVersion of [
      "1.0",
      "v1.0.0",
      "1.0.0-beta",
      "1.0.0\n",
      "12345.0.0",
      "٣.٠.٠",
    ]) {
      expect(describedBy({ ...words, softwareVersion }).softwareVersion).toBe("unknown");
    }
    for (const engine of ["Synth", "synth ", "other", "toString"]) {
      expect(describedBy({ ...words, engine }).engine).toBe("other");
    }
  });

  it("fits what may be kept, whatever the words", () => {
    const anything = fc.record({
      engine: fc.string(),
      softwareVersion: fc.string(),
      gpu: fc.option(fc.record({ name: fc.string(), memoryMb: fc.nat() })),
    });
    const { engine, softwareVersion, gpu } = nodeDescriptionSchema.shape;
    fc.assert(
      fc.property(anything, (said) => {
        const kept = describedBy(said);
        expect(engine.safeParse(kept.engine).success).toBe(true);
        expect(softwareVersion.safeParse(kept.softwareVersion).success).toBe(true);
        expect(gpu.safeParse(kept.gpu).success).toBe(true);
      }),
    );
  });

  it("is read from the first version of its event as it would be kept today", () => {
    const description = {
      models: ["synth-1"],
      stems: true,
      audioMsMax: 30_000,
      sampleRateMax: 48_000,
    };
    const said = {
      engine: "my own",
      softwareVersion: "dev",
      gpu: { name: "GTX 1080", memoryMb: 8192 },
    };
    const stored = (about: object) => ({
      public: {},
      private: {
        nodeId: "7a6f7a0e-6b0c-5a44-9a4d-2c1a7b7f2a01",
        at: "2026-11-22T16:00:00.000Z",
        description: { ...description, ...about },
      },
      sealed: {},
      salt: "s".repeat(43),
    });
    const kept = {
      engine: "other",
      softwareVersion: "unknown",
      gpu: { vendor: "nvidia", memoryClassGb: 8 },
    };
    expect(decodeEvent("NodeDescribed", stored(said), 1).data).toEqual(stored(kept));
    expect(decodeEvent("NodeDescribed", stored(kept), 2).data).toEqual(stored(kept));
    expect(() => decodeEvent("NodeDescribed", stored(said), 2)).toThrow();
  });
});
