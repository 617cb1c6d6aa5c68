import { DomainError } from "../errors.js";
import { boundEventsMax, dailyFreeCancellationsMax, dailyReservationsMax } from "../limits.js";
import type { Aggregate, Draft } from "../message.js";
import { nextMidnight } from "../time.js";
import type { QuotaCommand } from "./commands.js";
import { type QuotaEvent, quotaStream } from "./events.js";

/** Forgiven: spent before a reset. */
type Use = "reserved" | "spent" | "released" | "forgiven";

export interface QuotaState {
  /** What became of each generation that ever reserved; a released one can't come back to life. */
  readonly uses: Map<string, Use>;
  /** Given back although a node had begun. */
  freeCancellations: number;
  /** How many generations had reserved when the day was last reset. */
  askedBefore: number;
}

function evolve(state: QuotaState, { type, data }: QuotaEvent): QuotaState {
  if (type === "QuotaReset") return reset(state);
  state.uses.set(data.private.generationId, useAfter[type]);
  if (type === "QuotaReleased" && data.private.afterLease) state.freeCancellations += 1;
  return state;
}

function reset(state: QuotaState): QuotaState {
  for (const [generationId, use] of state.uses) {
    if (use === "spent") state.uses.set(generationId, "forgiven");
  }
  state.freeCancellations = 0;
  state.askedBefore = state.uses.size;
  return state;
}

const useAfter: Record<Exclude<QuotaEvent["type"], "QuotaReset">, Use> = {
  QuotaReserved: "reserved",
  QuotaReleased: "released",
  QuotaSpent: "spent",
};

/** Reserved or spent generations of the day. */
export const usedOf = ({ uses }: Pick<QuotaState, "uses">): number =>
  [...uses.values()].filter((use) => use === "reserved" || use === "spent").length;

function decide(command: QuotaCommand, state: QuotaState): Draft<QuotaEvent>[] {
  switch (command.type) {
    case "ReserveQuota":
      return reserve(command, state);
    case "ReleaseQuota":
      return isReserved(command, state) ? [release(command, state)] : [];
    case "SpendQuota":
      return isReserved(command, state) ? [{ type: "QuotaSpent", ...draftOf(command) }] : [];
    case "ResetQuota":
      return resetDay(command, state);
  }
}

type OfGeneration = Extract<QuotaCommand, { generationId: string }>;

const isReserved = ({ generationId }: OfGeneration, { uses }: QuotaState): boolean =>
  uses.get(generationId) === "reserved";

const draftOf = ({ userId, day, generationId, at }: OfGeneration) => ({
  public: {},
  private: { userId, day, generationId, at },
  sealed: {},
});

function reserve(
  command: Extract<QuotaCommand, { type: "ReserveQuota" }>,
  state: QuotaState,
): Draft<QuotaEvent>[] {
  if (state.uses.has(command.generationId)) return [];
  refuseBeyond(command.limit, state, command.at);
  return [{ type: "QuotaReserved", ...draftOf(command) }];
}

/** Nothing where nothing is spent. */
function resetDay(
  { userId, day, at, reason }: Extract<QuotaCommand, { type: "ResetQuota" }>,
  { uses, freeCancellations }: QuotaState,
): Draft<QuotaEvent>[] {
  const isUsed = freeCancellations > 0 || [...uses.values()].includes("spent");
  if (!isUsed) return [];
  return [{ type: "QuotaReset", public: {}, private: { userId, day, at, reason }, sealed: {} }];
}

function release(
  command: Extract<QuotaCommand, { type: "ReleaseQuota" }>,
  { freeCancellations }: QuotaState,
): Draft<QuotaEvent> {
  const draft = draftOf(command);
  const { afterLease } = command;
  if (!afterLease) return { type: "QuotaReleased", ...draft };
  if (freeCancellations >= dailyFreeCancellationsMax) return { type: "QuotaSpent", ...draft };
  return { type: "QuotaReleased", ...draft, private: { ...draft.private, afterLease } };
}

function refuseBeyond(limit: number, state: QuotaState, at: string): void {
  const reservationsMax = Math.max(dailyReservationsMax, 2 * limit);
  if (usedOf(state) >= limit) throw exceeded(`All ${limit} free generations of today are used`, at);
  if (state.uses.size - state.askedBefore >= reservationsMax) {
    throw exceeded(`${reservationsMax} generations were asked for today, as many as may be`, at);
  }
}

const exceeded = (what: string, at: string): DomainError =>
  new DomainError("DAILY_LIMIT_EXCEEDED", `${what}. More at ${nextMidnight(at)}.`);

function opens(command: QuotaCommand): boolean {
  switch (command.type) {
    case "ReserveQuota":
    case "ResetQuota":
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
  initialState: () => ({ uses: new Map(), freeCancellations: 0, askedBefore: 0 }),
  evolve,
  decide,
  bound: { eventsMax: boundEventsMax.quota, opens },
};
