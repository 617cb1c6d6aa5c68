import { describe, expect, it } from "vitest";
import { distributionDecider } from "../../domain/distribution/decider.js";
import { moneyOfMinor } from "../../domain/money/minor.js";
import { planOf } from "../../domain/sharing/plan.js";
import { deciderSpec } from "../support/deciderSpec.js";
import { basisOf, earner } from "../support/distributions.js";
import { idOf } from "../support/generations.js";

const given = deciderSpec(distributionDecider);
const at = "2026-12-01T00:10:00.000Z";
const euros = (minor: bigint) => moneyOfMinor(minor, "EUR");

const { shown } = planOf(
  basisOf({
    money: { accrued: 130_000n, maturing: 30_000n, maturingBefore: 10_000n },
    nodes: [earner(1, 3n), earner(2, 1n)],
    predecessor: { finalized: idOf(4), pooled: euros(0n), carriedOut: euros(7n) },
    released: euros(500n),
  }),
);
const about = { month: "2026-11", currency: "EUR", at };
const start = { type: "StartDistribution" as const, ...about, shown };
const finalize = {
  type: "FinalizeDistribution" as const,
  ...about,
  digest: shown.digest,
  shared: euros(68_006n),
};
const started = distributionDecider.decide(start, { status: "absent" });

describe("the distribution of a month", () => {
  it("moves the pool to the three, what waits beside it, and the reserve", () => {
    const lines = started.flatMap(({ public: { ...data } }) =>
      "postings" in data ? data.postings.map(({ account, amount }) => `${account} ${amount}`) : [],
    );
    expect(lines).toEqual([
      "liabilities:undistributed 1200.00",
      "liabilities:pool:workers -680.00",
      "liabilities:pool:infrastructure -150.00",
      "liabilities:pool:development -100.00",
      "liabilities:undistributed:maturing -200.00",
      "liabilities:reserve -70.00",
    ]);
  });

  it("is begun once, and finalized once", () => {
    given(...started)
      .when(start)
      .thenNothing();
    const [finalized] = distributionDecider.decide(finalize, {
      status: "started",
      started: { type: "DistributionStarted", data: { ...Object(started[0]), salt: "" } },
    });
    expect(finalized?.public).toMatchObject({ shared: euros(68_006n), carriedOut: euros(1n) });
    given(...started, ...(finalized ? [finalized] : []))
      .when(finalize)
      .thenNothing();
  });

  it("is gone on with only by whoever comes to the same result", () => {
    const other = planOf(basisOf({ money: { accrued: 100_001n } })).shown;
    given(...started)
      .when({ ...start, shown: other })
      .thenRejects("DISTRIBUTION_DIFFERS");
    given(...started)
      .when({ ...finalize, digest: other.digest })
      .thenRejects("DISTRIBUTION_DIFFERS");
  });

  it("shares out nothing that is to be converted first, and says so in its digest", () => {
    const money = { accrued: 100_000n };
    const terms = { ...shown.terms, awaitsConversion: true as const };
    const waiting = planOf(basisOf({ money, terms, nodes: [earner(1, 3n)] })).shown;
    const shared = planOf(basisOf({ money, nodes: [earner(1, 3n)] })).shown;
    expect([waiting.pool, shared.pool]).toEqual([euros(0n), euros(100_000n)]);
    expect(waiting.digest).not.toBe(
      planOf(basisOf({ money: {}, nodes: [earner(1, 3n)] })).shown.digest,
    );
    const [begun] = distributionDecider.decide({ ...start, shown: waiting }, { status: "absent" });
    expect(begun?.public).toMatchObject({ postings: [] });
    // Once it is a currency of payouts, all that came in is there to share.
    const predecessor = { finalized: idOf(4), pooled: waiting.pooled, carriedOut: euros(0n) };
    expect(planOf(basisOf({ money, predecessor })).shown.pool).toEqual(euros(100_000n));
  });

  it("is not finalized before it is begun", () => {
    given().when(finalize).thenRejects("DISTRIBUTION_NOT_STARTED");
  });

  it("needs ratios that are one together", () => {
    const terms = { ...shown.terms, development: "0.11" };
    given()
      .when({ ...start, shown: { ...shown, terms } })
      .thenRejects("RATIOS_NOT_ONE");
  });

  it("moves nothing in a month that has nothing to share, and says so", () => {
    const empty = planOf(basisOf({ money: { accrued: -5_000n } }));
    const [event] = distributionDecider.decide(
      { ...start, shown: empty.shown },
      { status: "absent" },
    );
    expect(event?.public).toMatchObject({
      accrued: euros(-5_000n),
      pool: euros(0n),
      toShare: euros(0n),
      postings: [],
    });
  });
});
