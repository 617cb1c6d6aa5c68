import { describe, expect, it } from "vitest";
import { sharesDecider } from "../../domain/shares/decider.js";
import { deciderSpec } from "../support/deciderSpec.js";
import { idOf } from "../support/generations.js";

const given = deciderSpec(sharesDecider);
const record = {
  type: "RecordShares" as const,
  month: "2026-11",
  currency: "EUR",
  chunk: 0,
  digest: "a".repeat(64),
  at: "2026-12-01T00:10:00.000Z",
  shares: [
    { payId: idOf(1), units: 3n, amount: 75n },
    { payId: idOf(2), units: 0n, amount: 0n },
  ],
};
const recorded = sharesDecider.decide(record, sharesDecider.initialState());

describe("a chunk of shares", () => {
  it("credits each node, and shows also who got nothing", () => {
    expect(recorded[0]?.public).toMatchObject({
      shares: [
        { payId: idOf(1), units: "3", amount: "0.75" },
        { payId: idOf(2), units: "0", amount: "0.00" },
      ],
      postings: [
        { account: "liabilities:pool:workers", amount: "0.75" },
        { account: `liabilities:node:${idOf(1)}`, amount: "-0.75" },
      ],
    });
  });

  it("is recorded once, and never for another result", () => {
    given(...recorded)
      .when(record)
      .thenNothing();
    given(...recorded)
      .when({ ...record, digest: "b".repeat(64) })
      .thenRejects("DISTRIBUTION_DIFFERS");
  });
});
