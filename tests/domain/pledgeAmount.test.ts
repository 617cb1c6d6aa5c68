import { describe, expect, it } from "vitest";
import { readPledge } from "../../domain/pledge/amount.js";

describe("the amount of a pledge", () => {
  it.each([
    ["2", 2],
    ["12.5", 2],
    ["5000.00", 2],
    ["500", 0],
  ])("may be %s with %i decimals", (amount, places) => {
    expect(readPledge(amount, "EUR", places)).toMatchObject({ currency: "EUR" });
  });

  it.each([
    ["1.99", 2],
    ["5000.01", 2],
    ["12.345", 2],
    ["12.500", 2],
    ["12.5", 0],
    ["-5", 2],
    ["1e3", 2],
    ["many", 2],
    ["", 2],
  ])("may not be %j with %i decimals", (amount, places) => {
    expect(readPledge(amount, "EUR", places)).toBeUndefined();
  });
});
