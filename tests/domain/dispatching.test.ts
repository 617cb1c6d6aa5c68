import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sampleRates } from "../../domain/audio/music.js";
import {
  type Candidate,
  countPayees,
  countShares,
  drawNode,
  isPreferred,
} from "../../domain/generation/draw.js";
import {
  type Abilities,
  type Needs,
  queueOf,
  servesQueue,
  unfitness,
  unfitnessForQueue,
} from "../../domain/generation/queues.js";
import { isProven, restMsAfter } from "../../domain/generation/standing.js";

const able = { models: ["synth-1"], stems: true, audioMsMax: 10_000, sampleRateMax: 48_000 };
const needs = { model: null, stems: [], audioMs: 6000, sampleRate: 48_000 } as const;

describe("the line a generation waits in", () => {
  it("is named by what it needs, without BullMQ's colon", () => {
    expect(queueOf(needs)).toBe("gen-any-plain-48000hz-10s");
    const own = { model: "stable-audio-open-1.0", stems: ["drums"], sampleRate: 22_050 } as const;
    expect(queueOf({ ...own, audioMs: 30_000 })).toBe(
      "gen-stable-audio-open-1.0-stems-44100hz-30s",
    );
  });
  it("is served by a node exactly when the node can do all that may stand in it", () => {
    const anyNeeds: fc.Arbitrary<Needs> = fc.record({
      model: fc.constantFrom(null, "synth-1", "any-plain"),
      stems: fc.constantFrom([], ["drums" as const]),
      audioMs: fc.integer({ min: 1000, max: 30_000 }),
      sampleRate: fc.constantFrom(...sampleRates),
    });
    const anyNode: fc.Arbitrary<Abilities> = fc.record({
      models: fc.constantFrom([], ["synth-1"], ["synth-1", "any-plain"]),
      stems: fc.boolean(),
      audioMsMax: fc.integer({ min: 1000, max: 60_000 }),
      sampleRateMax: fc.integer({ min: 8000, max: 384_000 }),
    });
    fc.assert(
      fc.property(anyNeeds, anyNode, (asked, node) => {
        const unfit = unfitness(asked, node);
        expect(unfitnessForQueue(queueOf(asked), node)).toBe(unfit);
        if (unfit !== undefined) return;
        expect(asked.audioMs).toBeLessThanOrEqual(node.audioMsMax);
        expect(asked.sampleRate).toBeLessThanOrEqual(node.sampleRateMax);
        if (asked.stems.length > 0) expect(node.stems).toBe(true);
        if (asked.model !== null) expect(node.models).toContain(asked.model);
      }),
    );
  });
  it("is served by nobody when its name is of another time", () => {
    expect(servesQueue(able, "gen-any-plain")).toBe(false);
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

const candidate = (nodeId: string, about: Partial<Candidate> = {}): Candidate => ({
  nodeId,
  operatorId: undefined,
  payeeId: undefined,
  block: nodeId,
  proven: true,
  ...about,
});

describe("the draw", () => {
  const winsOf = (candidates: readonly Candidate[], winner: (node: Candidate) => boolean) =>
    Array.from({ length: 1000 }, (_, n) => drawNode(candidates, [], () => (n + 0.5) / 1000)).filter(
      (node) => node !== undefined && winner(node),
    ).length;

  it("gives every payee the same chance, however many operators and nodes it is split into", () => {
    const many = Array.from({ length: 9 }, (_, n) =>
      candidate(`a${n}`, { operatorId: `a${n % 3}`, payeeId: "a" }),
    );
    const candidates = [...many, candidate("b0", { operatorId: "b", payeeId: "b" })];
    expect(winsOf(candidates, ({ payeeId }) => payeeId === "b")).toBe(500);
    expect(countShares(candidates)).toBe(2);
    expect(countPayees(candidates)).toBe(2);
  });
  it("gives nodes of nobody who is paid one chance for each address block", () => {
    const many = Array.from({ length: 16 }, (_, n) =>
      candidate(`a${n}`, { block: "a", operatorId: n < 8 ? undefined : `o${n}` }),
    );
    const candidates = [...many, candidate("b0")];
    expect(winsOf(candidates, ({ nodeId }) => nodeId === "b0")).toBe(500);
    expect(countShares(candidates)).toBe(2);
    expect(countPayees(candidates)).toBe(0);
  });
  it("gives each operator of a payee the same chance, and then each of their nodes", () => {
    const node = (nodeId: string, operatorId: string) =>
      candidate(nodeId, { operatorId, payeeId: "a" });
    const candidates = [node("1", "o"), node("2", "o"), node("3", "o"), node("4", "p")];
    expect(winsOf(candidates, ({ nodeId }) => nodeId === "4")).toBe(500);
  });
  it("prefers proven nodes, and among them those far from one that failed", () => {
    const failed = [candidate("f", { operatorId: "o", block: "x" })];
    const inOrder = [
      candidate("elsewhere"),
      candidate("new elsewhere", { proven: false }),
      candidate("same operator", { operatorId: "o" }),
      candidate("same block", { block: "x" }),
      candidate("f", { operatorId: "o", block: "x" }),
    ];
    for (const [index, node] of inOrder.entries()) {
      const left = inOrder.slice(index);
      expect(drawNode(left.toReversed(), failed, () => 0.99)).toBe(node);
      for (const worse of left.slice(1)) {
        expect(isPreferred(node, worse, failed)).toBe(true);
        expect(isPreferred(worse, node, failed)).toBe(false);
      }
    }
  });
  it("draws somebody whenever somebody is there, also among those that all failed", () => {
    const node = fc.record({
      nodeId: fc.uuid(),
      operatorId: fc.option(fc.uuid(), { nil: undefined }),
      payeeId: fc.option(fc.constantFrom("p", "q"), { nil: undefined }),
      block: fc.constantFrom(undefined, "a", "b"),
      proven: fc.boolean(),
    });
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.array(node, { minLength: 1 }), random, (nodes, value) => {
        expect(nodes).toContain(drawNode(nodes, [], () => value));
        expect(nodes).toContain(drawNode(nodes, nodes, () => value));
      }),
    );
    expect(drawNode([], [], () => 0)).toBeUndefined();
  });
});

describe("a node's standing", () => {
  it("is proven by its first accepted jobs, and on probation again after failures in a row", () => {
    expect(isProven({ accepted: 2, failuresInRow: 0 })).toBe(false);
    expect(isProven({ accepted: 3, failuresInRow: 2 })).toBe(true);
    expect(isProven({ accepted: 3000, failuresInRow: 3 })).toBe(false);
  });
  it("makes it rest longer with each failure in a row, a minute at most", () => {
    expect([0, 1, 2, 3, 7, 100].map(restMsAfter)).toEqual([0, 1000, 2000, 4000, 60_000, 60_000]);
  });
});
