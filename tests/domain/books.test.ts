import { describe, expect, it } from "vitest";
import type { BooksCommand } from "../../domain/books/commands.js";
import { booksDecider, closableMonths, refuseLockedPayouts } from "../../domain/books/decider.js";
import type { BooksEvent } from "../../domain/books/events.js";
import type { Draft } from "../../domain/message.js";
import { deciderSpec, stateAfter } from "../support/deciderSpec.js";

const given = deciderSpec(booksDecider);
const ledgerId = "0f6f7a0e-6b0c-4a44-9a4d-2c1a7b7f2a01";
const opened = (at: string): Draft<BooksEvent> => ({
  type: "LedgerOpened",
  public: { ledgerId, openedOn: at.slice(0, 10) },
  private: { at },
  sealed: {},
});
const closed = (month: string, at: string): Draft<BooksEvent> => ({
  type: "MonthClosed",
  public: { month },
  private: { at },
  sealed: {},
});
const adopted = (from: string, at: string): Draft<BooksEvent> => ({
  type: "PolicyAdopted",
  public: { policy: "v2", from },
  private: { at },
  sealed: {},
});
const open = (at: string) => ({ type: "OpenLedger" as const, ledgerId, at });
const close = (month: string, at: string) => ({ type: "CloseMonth" as const, month, at });

const november = "2026-11-22T16:00:00.000Z";

describe("opening the ledger", () => {
  it("happens once", () => {
    given().when(open(november)).thenEvents(opened(november), adopted("2026-11", november));
    given(opened(november)).when(open("2026-12-01T00:00:00.000Z")).thenNothing();
  });
});

describe("closing a month", () => {
  it("needs an open ledger", () => {
    given().when(close("2026-11", "2026-12-01T00:10:00.000Z")).thenRejects("LEDGER_NOT_OPEN");
  });
  it("waits until ten minutes past midnight UTC of the next month", () => {
    const spec = given(opened(november));
    spec.when(close("2026-11", "2026-12-01T00:09:59.999Z")).thenRejects("MONTH_NOT_CLOSABLE");
    spec
      .when(close("2026-11", "2026-12-01T00:10:00.000Z"))
      .thenEvents(closed("2026-11", "2026-12-01T00:10:00.000Z"));
  });
  it("needs the month before to be closed", () => {
    const at = "2027-02-01T00:10:00.000Z";
    given(opened(november)).when(close("2027-01", at)).thenRejects("MONTH_NOT_CLOSABLE");
  });
  it("crosses the end of a year", () => {
    const at = "2027-01-01T00:10:00.000Z";
    given(opened(november), closed("2026-11", "2026-12-01T00:10:00.000Z"))
      .when(close("2026-12", at))
      .thenEvents(closed("2026-12", at));
  });
  it("does nothing for a month that is closed", () => {
    given(opened(november), closed("2026-11", "2026-12-01T00:10:00.000Z"))
      .when(close("2026-11", "2026-12-05T00:00:00.000Z"))
      .thenNothing();
  });
  it("finds every month that passed while nobody looked", () => {
    const state = stateAfter(booksDecider, [opened(november)]);
    expect(closableMonths(state, "2027-02-01T00:05:00.000Z")).toEqual(["2026-11", "2026-12"]);
    expect(closableMonths(state, "2027-02-01T00:10:00.000Z")).toEqual([
      "2026-11",
      "2026-12",
      "2027-01",
    ]);
  });
});

describe("a policy", () => {
  const adopt = { type: "AdoptPolicy" as const, policy: "v2" as const, at: november };
  it("begins with the month after the open one, once", () => {
    given(opened(november)).when(adopt).thenEvents(adopted("2026-12", november));
    given(opened(november), adopted("2026-12", november)).when(adopt).thenNothing();
  });
  it("is the only one of its month", () => {
    given(opened(november), adopted("2026-12", november))
      .when({ ...adopt, policy: "v1" })
      .thenRejects("POLICY_ALREADY_ADOPTED");
  });
});

describe("noting that a month is shared out", () => {
  const note = (month: string) => ({
    type: "NoteDistributed" as const,
    month,
    distributions: [{ currency: "EUR", finalized: ledgerId }],
    at: "2026-12-01T00:11:00.000Z",
  });
  const past = [opened(november), closed("2026-11", "2026-12-01T00:10:00.000Z")];
  it("needs the month, and all before it, to be closed and shared out", () => {
    given(opened(november)).when(note("2026-11")).thenRejects("MONTH_NOT_CLOSED");
    given(...past)
      .when(note("2026-12"))
      .thenRejects("MONTH_NOT_CLOSED");
  });
  it("happens once", () => {
    const events = booksDecider.decide(note("2026-11"), stateAfter(booksDecider, past));
    expect(events).toHaveLength(1);
    given(...past, ...events)
      .when(note("2026-11"))
      .thenNothing();
  });
});

describe("restoring the ledger", () => {
  const restoreId = "2f6f7a0e-6b0c-4a44-9a4d-2c1a7b7f2a01";
  const at = "2026-11-24T09:00:00.000Z";
  const restore = (id: string, backedUpAt: string) => ({
    type: "RecordRestore" as const,
    restoreId: id,
    backedUpAt,
    backupPosition: "4711",
    archiveSha256: "a".repeat(64),
    at,
  });
  const confirm = {
    type: "ConfirmPayouts" as const,
    restoreId,
    reason: "Nothing was paid since.",
    evidenceSha256: "b".repeat(64),
    at,
  };
  const eventsOf = (command: BooksCommand, ...past: Draft<BooksEvent>[]) =>
    booksDecider.decide(command, stateAfter(booksDecider, past));
  const lockAfter = (...past: Draft<BooksEvent>[]) => {
    const state = stateAfter(booksDecider, past);
    return state.status === "open" ? state.payoutsLocked : undefined;
  };
  const restored = eventsOf(restore(restoreId, "2026-11-23T09:00:00.000Z"), opened(november));

  it("locks payouts, and says when in public only by the day", () => {
    expect(restored).toMatchObject([
      { public: { backedUpOn: "2026-11-23", restoredOn: "2026-11-24" } },
    ]);
    const past = [opened(november), ...restored];
    expect(lockAfter(...past)).toEqual({ restoreId, since: "2026-11-23T09:00:00.000Z" });
    expect(() => refuseLockedPayouts(stateAfter(booksDecider, past))).toThrow(
      /compare and confirm/,
    );
  });
  it("is recorded once", () => {
    given(opened(november), ...restored)
      .when(restore(restoreId, "2026-11-23T09:00:00.000Z"))
      .thenNothing();
  });
  it("is over once a person has compared the payouts", () => {
    const past = [opened(november), ...restored];
    expect(() => refuseLockedPayouts(stateAfter(booksDecider, past))).toThrow(
      expect.objectContaining({ code: "PAYOUTS_LOCKED" }),
    );
    const confirmed = eventsOf(confirm, ...past);
    expect(confirmed).toMatchObject([{ public: { confirmedOn: "2026-11-24" } }]);
    expect(() =>
      refuseLockedPayouts(stateAfter(booksDecider, [...past, ...confirmed])),
    ).not.toThrow();
    given(...past, ...confirmed)
      .when(confirm)
      .thenNothing();
  });
  it("asks for a comparison since the earliest backup, of the newest restore", () => {
    const second = "3f6f7a0e-6b0c-4a44-9a4d-2c1a7b7f2a01";
    const past = [opened(november), ...restored];
    past.push(...eventsOf(restore(second, "2026-11-23T18:00:00.000Z"), ...past));
    expect(lockAfter(...past)).toEqual({ restoreId: second, since: "2026-11-23T09:00:00.000Z" });
    given(...past)
      .when(confirm)
      .thenRejects("RESTORED_SINCE");
  });
});
