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
const release = (n: number): QuotaCommand => ({ type: "ReleaseQuota", ...about(n) });
const spend = (n: number): QuotaCommand => ({ type: "SpendQuota", ...about(n) });
const event = (type: QuotaEvent["type"], n: number): Draft<QuotaEvent> => ({
  type,
  public: {},
  private: about(n),
  sealed: {},
});
const reserved = (n: number) => event("QuotaReserved", n);
const released = (n: number) => event("QuotaReleased", n);
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
  it("knows nothing of a generation that never reserved", () => {
    given().when(spend(1)).thenNothing();
    given().when(release(1)).thenNothing();
  });
});
