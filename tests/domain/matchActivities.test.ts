import { describe, expect, it } from "vitest";
import type { KnownGift } from "../../domain/statements/knownGift.js";
import {
  type Activity,
  matchActivities,
  type Sponsorship,
} from "../../domain/statements/matchActivities.js";
import { money } from "../support/donations.js";

const now = "2026-11-26T12:00:00.000Z";
const begun = "2026-11-10T08:00:00.000Z";
const ana = { id: "7", login: "Ana" };

const started = (change: Partial<Activity> = {}): Activity => ({
  ...{ id: "SA_1", kind: "started", at: begun, sponsor: ana, byPatreon: false },
  tier: { id: "ST_5", gross: money("5.00 USD"), once: false },
  ...change,
});
const reported = (change: Partial<KnownGift> = {}): KnownGift => ({
  ...{ externalId: "S_1", gross: money("5.00 USD"), occurredAt: "2026-11-10T08:00:02.000Z" },
  ...{ provider: "github", handle: "ana", sponsorId: "7", settlementKey: null, status: "received" },
  sponsorship: { startedAt: begun, billing: "monthly" },
  ...change,
});
/** From GitHub's export: a charge, by the handle only. */
const listed = (change: Partial<KnownGift> = {}): KnownGift =>
  reported({ externalId: "ch_1", sponsorId: undefined, sponsorship: undefined, ...change });
const sponsorship = (change: Partial<Sponsorship> = {}): Sponsorship => ({
  ...{ id: "S_kw", createdAt: begun, once: false, isPublic: true, sponsor: ana, ...change },
});

function stepOf(
  activity: Activity,
  gifts: readonly KnownGift[],
  sponsorships: readonly Sponsorship[] = [sponsorship()],
): string {
  const [step] = matchActivities({ activities: [activity], gifts, sponsorships, now }).steps;
  if (step?.kind === "known") return `known ${step.gift.externalId}`;
  return step?.kind === "unsure" ? `unsure: ${step.why}` : (step?.kind ?? "nothing");
}

describe("an activity", () => {
  it.each<[string, KnownGift]>([
    ["what a webhook reported", reported()],
    [
      "a webhook that came again three days later",
      reported({ occurredAt: "2026-11-13T08:00:00.000Z" }),
    ],
    ["a sponsor who is called otherwise now", reported({ handle: "somebody-else" })],
    ["a charge of the export", listed()],
    ["a private sponsor, by the second", reported({ handle: undefined, sponsorId: undefined })],
  ])("is known by %s", (_what, gift) => {
    expect(stepOf(started(), [gift])).toBe(`known ${gift.externalId}`);
  });

  it.each<[string, KnownGift]>([
    ["another sum, as of a first month in part", listed({ gross: money("4.52 USD") })],
    ["nobody we know, some days apart", listed({ handle: undefined })],
  ])("is unsure beside a gift of %s", (_what, gift) => {
    expect(stepOf(started(), [gift])).toBe(`unsure: it may be the gift ${gift.externalId}`);
  });

  it.each<[string, KnownGift]>([
    ["somebody else", reported({ sponsorId: "8" })],
    ["another month", reported({ occurredAt: now, sponsorship: undefined })],
    ["one time", reported({ sponsorship: { startedAt: begun, billing: "once" } })],
  ])("is missing beside a gift of %s", (_what, gift) => {
    expect(stepOf(started(), [gift])).toBe("missing");
  });

  it("is left to a person where booking it might count it twice", () => {
    const young = "2026-11-24T08:00:00.000Z";
    expect(stepOf(started({ at: young }), [])).toBe("unsure: its webhook may still arrive");
    expect(stepOf(started({ byPatreon: true }), [])).toContain("Patreon");
    expect(stepOf(started(), [], [])).toContain("lists 0 sponsorships");
    expect(stepOf(started(), [], [sponsorship(), sponsorship({ id: "S_2" })])).toContain("lists 2");
    expect(stepOf(started({ sponsor: undefined }), [])).toContain("lists 0 sponsorships");
    const other = sponsorship({ createdAt: "2026-11-09T08:00:00.000Z" });
    expect(stepOf(started(), [], [other])).toContain("lists 0 sponsorships");
  });

  it("that refunds is known by a gift that was refunded, and unsure otherwise", () => {
    const back = started({ kind: "refunded", at: "2026-11-20T08:00:00.000Z" });
    expect(stepOf(back, [reported()])).toContain("unsure: a charge was refunded");
    expect(stepOf(back, [reported({ status: "refunded" })])).toBe("known S_1");
  });
});

describe("activities and gifts", () => {
  it("are paired once each, by their sums first", () => {
    const ten = { id: "ST_10", gross: money("10.00 USD"), once: true };
    const five = { ...ten, id: "ST_5", gross: money("5.00 USD") };
    const once = { startedAt: begun, billing: "once" as const };
    const activities = [
      started({ id: "SA_5", tier: five, at: "2026-11-10T09:00:00.000Z" }),
      started({ id: "SA_10", tier: ten }),
    ];
    const gifts = [
      reported({ externalId: "five", sponsorship: once }),
      reported({ externalId: "ten", gross: money("10.00 USD"), sponsorship: once }),
    ];
    const { steps, unnamed } = matchActivities({ activities, gifts, sponsorships: [], now });
    expect(steps).toMatchObject([
      { kind: "known", gift: { externalId: "five" } },
      { kind: "known", gift: { externalId: "ten" } },
    ]);
    expect(unnamed).toEqual([]);
    const two = [started({ id: "SA_1" }), started({ id: "SA_2" })];
    const both = matchActivities({ activities: two, gifts: [reported()], sponsorships: [], now });
    expect(both.steps.map(({ kind }) => kind)).toEqual(["known", "unsure"]);
  });

  it("leave a gift of a webhook that no activity reports, and no charge of the export", () => {
    const gifts = [reported({ sponsorId: "8", externalId: "S_8" }), listed({ handle: "bruno" })];
    const { unnamed } = matchActivities({ activities: [], gifts, sponsorships: [], now });
    expect(unnamed.map(({ externalId }) => externalId)).toEqual(["S_8"]);
  });
});
