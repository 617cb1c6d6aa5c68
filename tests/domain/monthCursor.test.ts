import { describe, expect, it } from "vitest";
import { MonthCursor } from "../../domain/books/monthCursor.js";
import type { LedgerEvent } from "../../domain/ledger.js";
import { stored } from "../support/deciderSpec.js";
import * as g from "../support/generations.js";

const at = "2026-11-30T23:59:59.000Z";
const opened: LedgerEvent = stored({
  type: "LedgerOpened",
  public: { ledgerId: g.idOf(1), openedOn: "2026-11-22" },
  private: { at },
  sealed: {},
});
const closed = (month: string): LedgerEvent =>
  stored({ type: "MonthClosed", public: { month }, private: { at }, sealed: {} });
const work: LedgerEvent = stored(g.contribution(1));

describe("the month of an event", () => {
  it("is the first one that is closed after it", () => {
    const cursor = new MonthCursor(undefined);
    const events = [opened, work, closed("2026-11"), work, closed("2026-12"), work];
    expect(events.map((event) => cursor.monthOf(event))).toEqual([
      "2026-11",
      "2026-11",
      "2026-11",
      "2026-12",
      "2026-12",
      "2027-01",
    ]);
  });

  it("goes on from the month that was open", () => {
    expect(new MonthCursor("2027-03").monthOf(work)).toBe("2027-03");
  });

  it("is none before the ledger was opened", () => {
    expect(() => new MonthCursor(undefined).monthOf(work)).toThrow("no month is open");
  });
});
