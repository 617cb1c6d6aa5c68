import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideAppend } from "../../eventstore/writing/appendRules.js";
import type { ExpectedRevision } from "../../eventstore/writing/expectedRevision.js";
import { ModelStream } from "./modelStream.js";

/** Few different ids, so that appends repeat and overlap each other often. */
const someIds = fc.array(fc.constantFrom("a", "b", "c", "d", "e", "f"), { maxLength: 4 });
const expectation: fc.Arbitrary<ExpectedRevision> = fc.oneof(
  fc.constantFrom("any" as const, "no_stream" as const, "stream_exists" as const),
  fc.bigInt(0n, 9n),
);
const history = fc.array(fc.uuid(), { maxLength: 8 }).map((ids) => new ModelStream(ids));

const decide = (expected: ExpectedRevision, ids: readonly string[], stream: ModelStream) =>
  decideAppend(expected, ids, stream.state, stream);

describe("the append rules, for any history", () => {
  it("never write the same append twice in a row, unless it is empty or holds an id twice", () => {
    const distinctIds = fc.uniqueArray(fc.uuid(), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(history, expectation, distinctIds, (stream, expected, ids) => {
        if (decide(expected, ids, stream).kind !== "write") return;
        const after = stream.withAppended(ids);
        const lastRevision = after.state.lastRevision;
        expect(decide(expected, ids, after)).toEqual({ kind: "alreadyWritten", lastRevision });
      }),
    );
  });

  it("let one of two different appends with the same numeric expectation through", () => {
    const distinctIds = fc.uniqueArray(fc.uuid(), { minLength: 2, maxLength: 2 });
    fc.assert(
      fc.property(history, distinctIds, (stream, [first = "", second = ""]) => {
        const { lastRevision } = stream.state;
        const expected = lastRevision < 0n ? "no_stream" : lastRevision;
        expect(decide(expected, [first], stream)).toEqual({ kind: "write" });
        const after = stream.withAppended([first]);
        const refusal = { kind: "wrongExpectedRevision", current: after.state.lastRevision };
        expect(decide(expected, [second], after)).toEqual(refusal);
      }),
    );
  });

  it("answer a repetition with revisions at which exactly these events lie", () => {
    fc.assert(
      fc.property(someIds, expectation, someIds, (stored, expected, ids) => {
        const stream = new ModelStream(stored);
        const decision = decide(expected, ids, stream);
        if (decision.kind !== "alreadyWritten") return;
        expect(stream.idAt(decision.lastRevision)).toBe(ids.at(-1));
        if (typeof expected !== "bigint") return;
        const first = Number(expected) + 1;
        expect(stored.slice(first, Number(decision.lastRevision) + 1)).toEqual(ids);
      }),
    );
  });

  it("never write at a number other than the last revision", () => {
    fc.assert(
      fc.property(someIds, fc.bigInt(0n, 9n), someIds, (stored, expected, ids) => {
        const stream = new ModelStream(stored);
        const isWritten = decide(expected, ids, stream).kind === "write";
        expect(isWritten).toBe(expected === stream.state.lastRevision);
      }),
    );
  });
});
