import { describe, expect, it } from "vitest";
import { z } from "zod";
import { eventsByCategory } from "../../../domain/ledger.js";
import { leafBytesMax } from "../../../domain/log/leaf.js";
import { loggedTypes } from "../../../domain/log/loggedTypes.js";
import { largestJson } from "../../support/largestJson.js";

const definitions = Object.values(eventsByCategory).flat();
const publicOf = (type: string): z.ZodType =>
  (definitions.find((each) => each.type === type) ?? expect.fail(type)).schema.shape.data.shape
    .public;

const restHash = "0".repeat(64);
/** All of a leaf but what is public. */
const frameBytes = (type: string): number =>
  JSON.stringify({ type, schemaVersion: 10_000, public: null, restHash }).length;

describe("the largest leaf that a type's schema lets through", () => {
  it.each(loggedTypes)("of %s fits an entry of a bundle", (type) => {
    const schema = z.toJSONSchema(publicOf(type));
    expect(frameBytes(type) + largestJson(schema, type)).toBeLessThanOrEqual(leafBytesMax);
  });

  it("is measured by the longest of everything", () => {
    const schema = z.object({ a: z.string().max(2), b: z.array(z.enum(["x", "yy"])).max(3) });
    const longest = { a: "\u0001\u0002", b: ["yy", "yy", "yy"] };
    const bytes = JSON.stringify(longest).length;
    // One comma too many for each list and object.
    expect(largestJson(z.toJSONSchema(schema))).toBe(bytes + 2);
  });

  it.each([z.string(), z.array(z.boolean()), z.object({ a: z.string().regex(/^a+$/) })])(
    "is not found where there is none",
    (schema) => {
      const measure = () => largestJson(z.toJSONSchema(schema));
      try {
        expect(measure()).toBe(Number.POSITIVE_INFINITY);
      } catch (error) {
        expect(String(error)).toMatch(/without end/);
      }
    },
  );
});
