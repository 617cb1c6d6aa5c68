import { describe, expect, it } from "vitest";
import { MonthWork, type WorkEvent } from "../../../domain/sharing/monthWork.js";
import type { Policy } from "../../../domain/sharing/policies.js";
import { stored } from "../../support/deciderSpec.js";
import { idOf } from "../../support/generations.js";

const at = "2026-11-22T16:00:00.000Z";
const [node, payId, operator, stranger, payee] = [idOf(1), idOf(2), idOf(3), idOf(4), idOf(5)];
const about = { nodeId: node, at };

const claimed = stored<WorkEvent>({
  type: "NodeClaimed",
  public: { nodeId: node, payId, claimedOn: "2026-11-22" },
  private: { ...about, operatorId: operator, by: "token" },
  sealed: {},
});
const trusted = stored<WorkEvent>({
  type: "NodeTrusted",
  public: { nodeId: node, trustedOn: "2026-11-22" },
  private: { ...about, acceptedJobs: 20, firstAcceptedAt: at },
  sealed: {},
});
const linked = (operatorId: string, type: "PayeeLinked" | "PayeeHeld" = "PayeeLinked") =>
  stored<WorkEvent>({ type, public: {}, private: { operatorId, at, payeeId: payee }, sealed: {} });
const work = ({
  askedBy = stranger as string | undefined,
  drawnFrom = 3 as number | null,
  payeesOnline = 3 as number | null,
  ownWork = undefined as "same-account" | "same-mail" | "same-block" | "same-payee" | undefined,
  inTime = true,
} = {}) =>
  stored<WorkEvent>({
    type: "ContributionRecorded",
    public: {
      day: "2026-11-22",
      nodeId: node,
      audioMs: 1000,
      stems: false,
      inTime,
      drawnFrom,
      payeesOnline,
    },
    private: {
      generationId: idOf(77),
      at,
      leaseId: idOf(78),
      ...(askedBy && { askedBy }),
      ...(ownWork && { ownWork }),
    },
    sealed: {},
  });
const voided = stored<WorkEvent>({
  type: "ContributionVoided",
  public: { nodeId: node, voidedOn: "2026-11-23" },
  private: {
    generationId: idOf(77),
    at,
    leaseId: idOf(78),
    reason: "x",
    evidenceSha256: "a".repeat(64),
  },
  sealed: {},
});

function unitsAfter(events: readonly WorkEvent[], policy: Policy = "v2"): bigint | undefined {
  const month = new MonthWork();
  for (const event of events) month.add(event);
  return month.close(policy).nodes[0]?.units;
}

describe("by policy v2, work counts", () => {
  it("of a node that was claimed and trusted before it", () => {
    expect(unitsAfter([claimed, trusted, work()])).toBe(4000n);
  });
  it("half, if it was late", () => {
    expect(unitsAfter([claimed, trusted, work({ inTime: false })])).toBe(2000n);
  });
  it("although somebody at the same addresses asked for it", () => {
    expect(unitsAfter([claimed, trusted, work({ ownWork: "same-block" })])).toBe(4000n);
  });
  it("although nobody else could do it, while fewer than three payees are online", () => {
    expect(unitsAfter([claimed, trusted, work({ drawnFrom: 1, payeesOnline: 2 })])).toBe(4000n);
  });
  it("although nobody counted who could do it", () => {
    expect(unitsAfter([claimed, trusted, work({ drawnFrom: null, payeesOnline: null })])).toBe(
      4000n,
    );
  });
  it("although the one who asked is paid somewhere too", () => {
    const elsewhere = stored<WorkEvent>({
      type: "PayeeLinked",
      public: {},
      private: { operatorId: stranger, at, payeeId: idOf(6) },
      sealed: {},
    });
    expect(unitsAfter([claimed, trusted, linked(operator), elsewhere, work()])).toBe(4000n);
  });
});

describe("by policy v2, work counts nothing", () => {
  it.each<[string, WorkEvent[]]>([
    ["before its node was claimed", [work(), claimed, trusted]],
    ["before its node was trusted", [claimed, work(), trusted]],
    ["that its own operator asked for", [claimed, trusted, work({ askedBy: operator })]],
    ["of one person by mail address", [claimed, trusted, work({ ownWork: "same-mail" })]],
    ["of one payee, as the lease found", [claimed, trusted, work({ ownWork: "same-payee" })]],
    ["that nobody else could do", [claimed, trusted, work({ drawnFrom: 1 })]],
    ["that was voided", [claimed, trusted, work(), voided]],
    [
      "that somebody with the same payee asked for",
      [claimed, trusted, linked(operator), linked(stranger), work()],
    ],
    [
      "of one payee, also where that is linked after the work",
      [claimed, trusted, work(), linked(operator), linked(stranger)],
    ],
    [
      "of one payee, also where the second one waits for a maintainer",
      [claimed, trusted, work(), linked(operator), linked(stranger, "PayeeHeld")],
    ],
  ])("%s", (_, events) => {
    expect(unitsAfter(events)).toBe(0n);
  });
});

describe("by policy v1, work counts", () => {
  it("whoever asked, of a node that is claimed by the end of the month", () => {
    expect(unitsAfter([work({ askedBy: operator }), claimed], "v1")).toBe(4000n);
  });
});

describe("a month", () => {
  it("begins without the work of the one before, and knows whose nodes are", () => {
    const month = new MonthWork();
    for (const event of [claimed, trusted, work(), work()]) month.add(event);
    expect(month.close("v2").nodes).toEqual([{ payId, jobs: 2, units: 8000n, jobsNotCounted: 0 }]);
    month.add(work());
    expect(month.close("v2").nodes).toEqual([{ payId, jobs: 1, units: 4000n, jobsNotCounted: 0 }]);
    expect(month.close("v2").nodes).toEqual([]);
  });
  it("counts the jobs of nodes that nobody has claimed, for nobody", () => {
    const month = new MonthWork();
    month.add(work());
    expect(month.close("v2")).toEqual({ nodes: [], unclaimedJobs: 1 });
  });
});
