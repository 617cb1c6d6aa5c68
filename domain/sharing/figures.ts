import type { Money } from "../money/money.js";
import type { Shown } from "./plan.js";

/** A line of a report. What is no amount stands as its source. */
export interface Figure {
  readonly kind: string;
  readonly source: string | null;
  readonly amount: string | null;
}

interface Distributed {
  readonly shown: Pick<
    Shown,
    | ("policy" | "digest" | "pool" | "split" | "maturing" | "reserved" | "released")
    | ("carriedIn" | "returned" | "toShare")
  >;
  /** Null until all shares are recorded. */
  readonly outcome: { readonly shared: Money; readonly carriedOut: Money } | null;
}

/** What a month shared out in one currency, from its pool to what is left over. */
export const figuresOf = ({ shown, outcome }: Distributed): Figure[] => [
  { kind: "policy", source: shown.policy, amount: null },
  { kind: "digest", source: shown.digest, amount: null },
  { kind: "pool", source: null, amount: shown.pool.amount },
  { kind: "split", source: "workers", amount: shown.split.workers.amount },
  { kind: "split", source: "infrastructure", amount: shown.split.infrastructure.amount },
  { kind: "split", source: "development", amount: shown.split.development.amount },
  { kind: "maturing", source: null, amount: shown.maturing.amount },
  { kind: "reserved", source: null, amount: shown.reserved.amount },
  { kind: "released", source: null, amount: shown.released.amount },
  { kind: "carried-in", source: null, amount: shown.carriedIn.amount },
  { kind: "returned", source: null, amount: shown.returned.amount },
  { kind: "to-share", source: null, amount: shown.toShare.amount },
  { kind: "shared", source: null, amount: outcome?.shared.amount ?? null },
  { kind: "carried-out", source: null, amount: outcome?.carriedOut.amount ?? null },
];
