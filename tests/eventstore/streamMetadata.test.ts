import { describe, expect, it } from "vitest";
import {
  decodeStreamHead,
  encodeStreamHead,
  noBounds,
  revisionMax,
} from "../../eventstore/storage/streamHead.js";
import {
  parseReadBounds,
  softDeletion,
  withTruncateBefore,
} from "../../eventstore/storage/streamMetadata.js";

const parse = (json: string) => parseReadBounds(Buffer.from(json));

describe("what stream metadata says about reading", () => {
  it.each([
    ["nothing", "{}", noBounds],
    ["a revision", '{"$tb": 7}', { ...noBounds, truncateBefore: 7n }],
    ["a count", '{"$maxCount": 3}', { ...noBounds, maxCount: 3n }],
    ["an age", '{"$maxAge": 60}', { ...noBounds, maxAgeSeconds: 60n }],
    ["other things", '{"$acl": {"$r": "$all"}, "custom": [1]}', noBounds],
  ])("%s", (_what, json, bounds) => {
    expect(parse(json)).toEqual(bounds);
  });

  it.each([
    ["no JSON", "{"],
    ["no object", "[1]"],
    ["nothing at all", ""],
    ["a count of zero", '{"$maxCount": 0, "$tb": 5}'],
    ["an age of zero", '{"$maxAge": 0, "$tb": 5}'],
    ["a negative revision", '{"$tb": -1, "$maxCount": 5}'],
    ["a fraction", '{"$maxCount": 1.5, "$tb": 5}'],
    ["text", '{"$maxCount": "5", "$tb": 5}'],
  ])("counts as empty if it holds %s", (_what, json) => {
    expect(parse(json)).toEqual(noBounds);
  });

  it("survives that JSON cannot hold 2^63 - 1, the mark of a deleted stream", () => {
    expect(parseReadBounds(softDeletion).truncateBefore).toBe(revisionMax);
  });

  it("keeps the rest when a deleted stream comes back", () => {
    const before = Buffer.from('{"$tb": 9223372036854775807, "$maxCount": 4, "about": "x"}');
    const after: unknown = JSON.parse(Buffer.from(withTruncateBefore(before, 12n)).toString());
    expect(after).toEqual({ $tb: 12, $maxCount: 4, about: "x" });
  });
});

describe("a stream head", () => {
  it.each([{ ...noBounds }, { truncateBefore: revisionMax, maxCount: 1n, maxAgeSeconds: 5n }])(
    "is read as it was written",
    (bounds) => {
      const head = {
        id: 7,
        events: { lastRevision: -1n, isTombstoned: false },
        metadata: { lastRevision: 2n ** 40n, isTombstoned: true },
        bounds,
      };
      expect(decodeStreamHead(head.id, encodeStreamHead(head))).toEqual(head);
    },
  );
});
