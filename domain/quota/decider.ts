import { DomainError } from "../errors.js";
import type { Aggregate, Draft } from "../message.js";
import { nextMidnight } from "../time.js";
import type { QuotaCommand } from "./commands.js";
import { type QuotaEvent, quotaStream } from "./events.js";

type Use = "reserved" | "spent" | "released";

/** What became of each generation that ever reserved; a released one can't come back to life. */
export type QuotaState = Map<string, Use>;

function evolve(state: QuotaState, { type, data }: QuotaEvent): QuotaState {
  return state.set(data.private.generationId, useAfter[type]);
}

const useAfter: Record<QuotaEvent["type"], Use> = {
  QuotaReserved: "reserved",
  QuotaReleased: "released",
  QuotaSpent: "spent",
};

/** Reserved or spent generations of the day. */
export const usedOf = (state: ReadonlyMap<string, Use>): number =>
  [...state.values()].filter((use) => use !== "released").length;

function decide(command: QuotaCommand, state: QuotaState): Draft<QuotaEvent>[] {
  const { userId, day, generationId, at } = command;
  const use = state.get(generationId);
  const draft = { public: {}, private: { userId, day, generationId, at }, sealed: {} };
  switch (command.type) {
    case "ReserveQuota":
      if (use !== undefined) return [];
      refuseBeyond(command.limit, state, command.at);
      return [{ type: "QuotaReserved", ...draft }];
    case "ReleaseQuota":
      return use === "reserved" ? [{ type: "QuotaReleased", ...draft }] : [];
    case "SpendQuota":
      return use === "reserved" ? [{ type: "QuotaSpent", ...draft }] : [];
  }
}

function refuseBeyond(limit: number, state: QuotaState, at: string): void {
  if (usedOf(state) < limit) return;
  const message = `All ${limit} free generations of today are used. More at ${nextMidnight(at)}.`;
  throw new DomainError("DAILY_LIMIT_EXCEEDED", message);
}

export const quotaDecider: Aggregate<
  Pick<QuotaCommand, "userId" | "day">,
  QuotaState,
  QuotaCommand,
  QuotaEvent
> = {
  streamOf: ({ userId, day }) => quotaStream(userId, day),
  initialState: () => new Map(),
  evolve,
  decide,
};
