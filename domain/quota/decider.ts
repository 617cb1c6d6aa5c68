import { DomainError } from "../errors.js";
import { boundEventsMax, dailyFreeCancellationsMax, dailyReservationsMax } from "../limits.js";
import type { Aggregate, Draft } from "../message.js";
import { nextMidnight } from "../time.js";
import type { QuotaCommand } from "./commands.js";
import { type QuotaEvent, quotaStream } from "./events.js";

type Use = "reserved" | "spent" | "released";

export interface QuotaState {
  /** What became of each generation that ever reserved; a released one can't come back to life. */
  readonly uses: Map<string, Use>;
  /** Given back although a node had begun. */
  freeCancellations: number;
}

function evolve(state: QuotaState, { type, data }: QuotaEvent): QuotaState {
  state.uses.set(data.private.generationId, useAfter[type]);
  if (type === "QuotaReleased" && data.private.afterLease) state.freeCancellations += 1;
  return state;
}

const useAfter: Record<QuotaEvent["type"], Use> = {
  QuotaReserved: "reserved",
  QuotaReleased: "released",
  QuotaSpent: "spent",
};

/** Reserved or spent generations of the day. */
export const usedOf = ({ uses }: Pick<QuotaState, "uses">): number =>
  [...uses.values()].filter((use) => use !== "released").length;

function decide(command: QuotaCommand, state: QuotaState): Draft<QuotaEvent>[] {
  const { userId, day, generationId, at } = command;
  const use = state.uses.get(generationId);
  const draft = { public: {}, private: { userId, day, generationId, at }, sealed: {} };
  switch (command.type) {
    case "ReserveQuota":
      if (use !== undefined) return [];
      refuseBeyond(command.limit, state, command.at);
      return [{ type: "QuotaReserved", ...draft }];
    case "ReleaseQuota":
      return use === "reserved" ? [release(command, state)] : [];
    case "SpendQuota":
      return use === "reserved" ? [{ type: "QuotaSpent", ...draft }] : [];
  }
}

function release(
  { userId, day, generationId, at, afterLease }: Extract<QuotaCommand, { type: "ReleaseQuota" }>,
  { freeCancellations }: QuotaState,
): Draft<QuotaEvent> {
  const about = { userId, day, generationId, at };
  if (!afterLease) return { type: "QuotaReleased", public: {}, private: about, sealed: {} };
  if (freeCancellations >= dailyFreeCancellationsMax) {
    return { type: "QuotaSpent", public: {}, private: about, sealed: {} };
  }
  return { type: "QuotaReleased", public: {}, private: { ...about, afterLease }, sealed: {} };
}

function refuseBeyond(limit: number, state: QuotaState, at: string): void {
  const reservationsMax = Math.max(dailyReservationsMax, 2 * limit);
  if (usedOf(state) >= limit) throw exceeded(`All ${limit} free generations of today are used`, at);
  if (state.uses.size >= reservationsMax) {
    throw exceeded(`${reservationsMax} generations were asked for today, as many as may be`, at);
  }
}

const exceeded = (what: string, at: string): DomainError =>
  new DomainError("DAILY_LIMIT_EXCEEDED", `${what}. More at ${nextMidnight(at)}.`);

function opens(command: QuotaCommand): boolean {
  switch (command.type) {
    case "ReserveQuota":
      return true;
    case "ReleaseQuota":
    case "SpendQuota":
      return false;
  }
}

export const quotaDecider: Aggregate<
  Pick<QuotaCommand, "userId" | "day">,
  QuotaState,
  QuotaCommand,
  QuotaEvent
> = {
  streamOf: ({ userId, day }) => quotaStream(userId, day),
  initialState: () => ({ uses: new Map(), freeCancellations: 0 }),
  evolve,
  decide,
  bound: { eventsMax: boundEventsMax.quota, opens },
};
