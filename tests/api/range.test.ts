import { describe, expect, it } from "vitest";
import { readRange } from "../../api/routes/generate/range.js";

describe("the range of a request", () => {
  it.each([
    ["bytes=0-0", { start: 0, end: 1 }],
    ["bytes=0-99", { start: 0, end: 100 }],
    ["bytes=90-1000", { start: 90, end: 100 }],
    ["bytes=90-", { start: 90, end: 100 }],
    ["bytes=-10", { start: 90, end: 100 }],
    ["bytes=-1000", { start: 0, end: 100 }],
    ["bytes=-0", undefined],
    ["bytes=100-", undefined],
    ["bytes=5-4", undefined],
    ["bytes=0-1,5-6", undefined],
    ["bytes=-", undefined],
    [undefined, undefined],
  ])("%s of 100 bytes is %o", (header, range) => {
    expect(readRange(header, 100)).toEqual(range);
  });
});
