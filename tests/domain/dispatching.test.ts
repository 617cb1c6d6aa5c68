import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawNode } from "../../domain/generation/draw.js";
import { queueOf, queuesServedBy, unfitness } from "../../domain/generation/queues.js";

const able = { models: ["synth-1"], stems: true, audioMsMax: 10_000, sampleRateMax: 48_000 };
const needs = { model: null, stems: [], audioMs: 6000, sampleRate: 48_000 } as const;

describe("the line a generation waits in", () => {
  it("is named by what it needs, without BullMQ's colon", () => {
    expect(queueOf({ model: null, stems: [] })).toBe("gen-any-plain");
    expect(queueOf({ model: "synth-1", stems: ["drums"] })).toBe("gen-synth-1-stems");
  });
  it("is served by a node exactly when the node has model and stems", () => {
    expect(queuesServedBy({ models: ["synth-1"], stems: false })).toEqual([
      "gen-any-plain",
      "gen-synth-1-plain",
    ]);
    expect(queuesServedBy(able)).toContain("gen-any-stems");
  });
});

describe("a node's limits", () => {
  it("say why it can't do a piece of work", () => {
    expect(unfitness(needs, able)).toBeUndefined();
    expect(unfitness({ ...needs, model: "other" }, able)).toBe("model");
    expect(unfitness({ ...needs, stems: ["bass"] }, { ...able, stems: false })).toBe("stems");
    expect(unfitness({ ...needs, audioMs: 10_001 }, able)).toBe("too-long");
    expect(unfitness({ ...needs, sampleRate: 96_000 }, able)).toBe("sample-rate-too-high");
  });
});

describe("the draw", () => {
  it("gives every operator the same chance, however many nodes it runs", () => {
    const many = Array.from({ length: 9 }, (_, n) => ({ nodeId: `a${n}`, operatorId: "a" }));
    const candidates = [...many, { nodeId: "b0", operatorId: "b" }];
    const wins = Array.from({ length: 1000 }, (_, n) =>
      drawNode(candidates, () => (n + 0.5) / 1000),
    ).filter((node) => node?.operatorId === "b").length;
    expect(wins).toBe(500);
  });
  it("draws somebody whenever somebody is there", () => {
    const node = fc.record({
      nodeId: fc.uuid(),
      operatorId: fc.option(fc.uuid(), { nil: undefined }),
    });
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.array(node, { minLength: 1 }), random, (nodes, value) => {
        expect(nodes).toContain(drawNode(nodes, () => value));
      }),
    );
    expect(drawNode([], () => 0)).toBeUndefined();
  });
});
