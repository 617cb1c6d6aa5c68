import { describe, expect, it } from "vitest";
import {
  type AppendDecision,
  decideAppend,
  decideDelete,
} from "../../eventstore/writing/appendRules.js";
import type { ExpectedRevision } from "../../eventstore/writing/expectedRevision.js";
import { ModelStream } from "./modelStream.js";

const write = { kind: "write" };
const deleted = { kind: "streamDeleted" };
const alreadyWritten = (lastRevision: bigint) => ({ kind: "alreadyWritten", lastRevision });
const wrongAt = (current: bigint) => ({ kind: "wrongExpectedRevision", current });

const absent = new ModelStream([]);
const metadataOnly = new ModelStream([], { hasMetadata: true });
const abc = new ModelStream(["a", "b", "c"]);
const softDeleted = new ModelStream(["a", "b"], { hasMetadata: true, isSoftDeleted: true });
const tombstoned = new ModelStream(["a"], { isTombstoned: true });

function decide(expected: ExpectedRevision, ids: string, stream: ModelStream): AppendDecision {
  return decideAppend(expected, [...ids], stream.state, stream);
}

describe("an append", () => {
  it.each([
    ["any", "x", absent, write],
    ["no_stream", "x", absent, write],
    ["stream_exists", "x", absent, wrongAt(-1n)],
    [0n, "x", absent, wrongAt(-1n)],
    ["stream_exists", "x", metadataOnly, write],
    ["any", "x", abc, write],
    ["stream_exists", "x", abc, write],
    [2n, "x", abc, write],
    ["no_stream", "x", abc, wrongAt(2n)],
    [1n, "x", abc, wrongAt(2n)],
    [3n, "x", abc, wrongAt(2n)],
  ] as const)("expecting %s of new events %s", (expected, ids, stream, decision) => {
    expect(decide(expected, ids, stream)).toEqual(decision);
  });

  it.each([
    ["any", "abc", alreadyWritten(2n)],
    ["any", "b", alreadyWritten(1n)],
    ["stream_exists", "bc", alreadyWritten(2n)],
    ["no_stream", "abc", alreadyWritten(2n)],
    ["no_stream", "ab", alreadyWritten(1n)],
    [0n, "bc", alreadyWritten(2n)],
    [2n, "c", write],
    ["any", "xa", write],
    ["any", "ax", wrongAt(2n)],
    ["no_stream", "abx", wrongAt(2n)],
    ["no_stream", "b", wrongAt(2n)],
    [0n, "bcx", wrongAt(2n)],
  ] as const)("expecting %s of known events %s", (expected, ids, decision) => {
    expect(decide(expected, ids, abc)).toEqual(decision);
  });

  it.each([
    ["any", absent, write],
    ["no_stream", absent, write],
    [2n, abc, write],
    ["any", abc, write],
    ["no_stream", abc, wrongAt(2n)],
    [0n, abc, wrongAt(2n)],
  ] as const)("of nothing, expecting %s", (expected, stream, decision) => {
    expect(decide(expected, "", stream)).toEqual(decision);
  });

  it.each([
    ["any", "x", write],
    ["no_stream", "x", write],
    [1n, "x", write],
    ["no_stream", "ab", alreadyWritten(1n)],
    ["no_stream", "ax", wrongAt(1n)],
    [0n, "x", wrongAt(1n)],
    ["stream_exists", "x", deleted],
  ] as const)("to a soft-deleted stream, expecting %s of %s", (expected, ids, decision) => {
    expect(decide(expected, ids, softDeleted)).toEqual(decision);
  });

  it.each(["any", "no_stream", "stream_exists", 0n, 7n] as const)(
    "to a tombstoned stream is refused, expecting %s",
    (expected) => {
      expect(decide(expected, "a", tombstoned)).toEqual(deleted);
    },
  );
});

describe("a deletion", () => {
  it.each([
    ["any", abc, write],
    [2n, abc, write],
    [1n, abc, wrongAt(2n)],
    [3n, abc, wrongAt(2n)],
    ["no_stream", abc, wrongAt(2n)],
    ["stream_exists", absent, wrongAt(-1n)],
    ["no_stream", absent, write],
    ["no_stream", softDeleted, write],
    ["any", tombstoned, deleted],
  ] as const)("expecting %s", (expected, stream, decision) => {
    expect(decideDelete(expected, stream.state)).toEqual(decision);
  });
});
