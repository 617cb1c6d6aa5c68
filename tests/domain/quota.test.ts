import { describe, it } from "vitest";
import type { Draft } from "../../domain/message.js";
import type { QuotaCommand } from "../../domain/quota/commands.js";
import { quotaDecider } from "../../domain/quota/decider.js";
import type { QuotaEvent } from "../../domain/quota/events.js";
import { deciderSpec } from "../support/deciderSpec.js";

const given = deciderSpec(quotaDecider);
const userId = "5f0d2c4a-4f43-4a51-9a8f-6d5b1f2f0a11";
const idOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
const about = (n: number) => ({
  userId,
  day: "2026-11-22",
  generationId: idOf(n),
  at: "2026-11-22T16:00:00.000Z",
});
const reserve = (n: number, limit = 2): QuotaCommand => ({
  type: "ReserveQuota",
  ...about(n),
  limit,
});
const release = (n: number): QuotaCommand => ({
  type: "ReleaseQuota",
  ...about(n),
  afterLease: false,
});
const cancel = (n: number): QuotaCommand => ({
  type: "ReleaseQuota",
  ...about(n),
  afterLease: true,
});
const spend = (n: number): QuotaCommand => ({ type: "SpendQuota", ...about(n) });
const event = (type: Exclude<QuotaEvent["type"], "QuotaReset">, n: number): Draft<QuotaEvent> => ({
  type,
  public: {},
  private: about(n),
  sealed: {},
});
const reserved = (n: number) => event("QuotaReserved", n);
const released = (n: number) => event("QuotaReleased", n);
const cancelled = (n: number): Draft<QuotaEvent> => ({
  type: "QuotaReleased",
  public: {},
  private: { ...about(n), afterLease: true },
  sealed: {},
});
const spent = (n: number) => event("QuotaSpent", n);

describe("reserving", () => {
  it("takes one of the day's generations", () => {
    given().when(reserve(1)).thenEvents(reserved(1));
  });
  it("takes the same generation only once", () => {
    given(reserved(1)).when(reserve(1)).thenNothing();
  });
  it("refuses beyond the limit, whether the others are made or still being made", () => {
    given(reserved(1), spent(1), reserved(2)).when(reserve(3)).thenRejects("DAILY_LIMIT_EXCEEDED");
  });
  it("finds room again after one was given back", () => {
    given(reserved(1), reserved(2), released(1)).when(reserve(3)).thenEvents(reserved(3));
  });
  it("does not bring a released generation back to life", () => {
    given(reserved(1), released(1)).when(reserve(1)).thenNothing();
  });
  it("refuses the 201st of a day, whatever became of the others", () => {
    const all = Array.from({ length: 200 }, (_, n) => [reserved(n), released(n)]).flat();
    given(...all.slice(2))
      .when(reserve(200))
      .thenEvents(reserved(200));
    given(...all)
      .when(reserve(200))
      .thenRejects("DAILY_LIMIT_EXCEEDED");
    // A higher daily limit leaves as much room for what fails.
    given(...all)
      .when(reserve(200, 101))
      .thenEvents(reserved(200));
  });
  it("follows a limit that was lowered during the day", () => {
    given(reserved(1), reserved(2)).when(reserve(3, 1)).thenRejects("DAILY_LIMIT_EXCEEDED");
  });
});

describe("settling", () => {
  it("spends what brought audio", () => {
    given(reserved(1)).when(spend(1)).thenEvents(spent(1));
    given(reserved(1), spent(1)).when(spend(1)).thenNothing();
  });
  it("gives back what brought none", () => {
    given(reserved(1)).when(release(1)).thenEvents(released(1));
    given(reserved(1), released(1)).when(release(1)).thenNothing();
  });
  it("never takes back what is settled", () => {
    given(reserved(1), spent(1)).when(release(1)).thenNothing();
    given(reserved(1), released(1)).when(spend(1)).thenNothing();
  });
  it("gives back what was cancelled after a node had begun, ten times a day", () => {
    const ten = Array.from({ length: 10 }, (_, n) => [reserved(n), cancelled(n)]).flat();
    given(reserved(1)).when(cancel(1)).thenEvents(cancelled(1));
    given(...ten.slice(2), reserved(10))
      .when(cancel(10))
      .thenEvents(cancelled(10));
    given(...ten, reserved(10))
      .when(cancel(10))
      .thenEvents(spent(10));
    // What failed by itself is given back all the same.
    given(...ten, reserved(10))
      .when(release(10))
      .thenEvents(released(10));
    given(...ten, reserved(10), spent(10))
      .when(cancel(10))
      .thenNothing();
  });
  it("knows nothing of a generation that never reserved", () => {
    given().when(spend(1)).thenNothing();
    given().when(release(1)).thenNothing();
  });
});

describe("resetting a day", () => {
  const { generationId: _, ...ofDay } = about(0);
  const reset = { type: "ResetQuota" as const, ...ofDay, reason: "Our outage." };
  const wasReset: Draft<QuotaEvent> = {
    type: "QuotaReset",
    public: {},
    private: { ...ofDay, reason: "Our outage." },
    sealed: {},
  };
  const used = [reserved(1), spent(1), reserved(2)];

  it("gives back what is spent, and leaves what is still being made", () => {
    given(...used)
      .when(reset)
      .thenEvents(wasReset);
    given(...used, wasReset)
      .when(reserve(3))
      .thenEvents(reserved(3));
    given(...used, wasReset, reserved(3))
      .when(reserve(4))
      .thenRejects("DAILY_LIMIT_EXCEEDED");
  });
  it("brings no generation back to life", () => {
    given(...used, wasReset)
      .when(reserve(1))
      .thenNothing();
    given(...used, wasReset)
      .when(release(1))
      .thenNothing();
    given(...used, wasReset)
      .when(spend(2))
      .thenEvents(spent(2));
  });
  it("does nothing where nothing is spent", () => {
    given(reserved(1)).when(reset).thenNothing();
    given(...used, wasReset)
      .when(reset)
      .thenNothing();
  });
});
