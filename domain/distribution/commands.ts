import type { Money } from "../money/money.js";
import type { Shown } from "../sharing/plan.js";
import type { Instant } from "../time.js";
import type { DistributionName } from "./events.js";

export type DistributionCommand = DistributionName & { readonly at: Instant } & (
    | { readonly type: "StartDistribution"; readonly shown: Shown }
    /** `shared` is what all chunks together gave. */
    | { readonly type: "FinalizeDistribution"; readonly digest: string; readonly shared: Money }
  );
