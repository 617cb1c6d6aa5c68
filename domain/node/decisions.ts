import type { LedgerEventOf } from "../ledger.js";
import { isOfOnePayee, isOfOnePerson, nobodyElseCould } from "../sharing/eligibility.js";

export const decisionKinds = [
  "claimed",
  "trusted",
  "suspended",
  "reinstated",
  "lease-lost",
  "counts-nothing",
  "counts-half",
] as const;
export type DecisionKind = (typeof decisionKinds)[number];

export type Decisive = LedgerEventOf<
  | "NodeClaimed"
  | "NodeTrusted"
  | "NodeSuspended"
  | "NodeReinstated"
  | "GenerationLeaseLost"
  | "ContributionRecorded"
>;

interface Decision {
  readonly kind: DecisionKind;
  readonly reason: string | null;
}

/** What an event decides about a node, and why; undefined where it decides nothing. */
export function decisionOf({ type, data }: Decisive): Decision | undefined {
  switch (type) {
    case "NodeClaimed":
      return { kind: "claimed", reason: data.private.by };
    case "NodeTrusted":
      return { kind: "trusted", reason: null };
    case "NodeSuspended":
      return { kind: "suspended", reason: data.private.reason };
    case "NodeReinstated":
      return { kind: "reinstated", reason: data.private.reason };
    case "GenerationLeaseLost": {
      const { reason, detail } = data.private;
      return { kind: "lease-lost", reason: detail === undefined ? reason : `${reason}: ${detail}` };
    }
    case "ContributionRecorded":
      return worthOf(data);
  }
}

/** What is known when the work is done; that its node was not claimed or trusted then, its tenure says. */
function worthOf({
  public: shown,
  private: { ownWork },
}: LedgerEventOf<"ContributionRecorded">["data"]): Decision | undefined {
  const nothing = (reason: string) => ({ kind: "counts-nothing" as const, reason });
  if (shown.heardBefore) return nothing("heard-before");
  if (isOfOnePerson(ownWork)) return nothing("asked-by-operator");
  if (isOfOnePayee(ownWork)) return nothing("asked-by-payee");
  if (nobodyElseCould(shown)) return nothing("nobody-else-could");
  return shown.inTime ? undefined : { kind: "counts-half", reason: "late" };
}
