import type { Instant } from "../time.js";

interface AboutDay {
  readonly userId: string;
  readonly day: string;
  readonly at: Instant;
}
interface AboutQuota extends AboutDay {
  readonly generationId: string;
}

export type QuotaCommand =
  | (AboutQuota & { readonly type: "ReserveQuota"; readonly limit: number })
  | (AboutQuota & {
      readonly type: "ReleaseQuota";
      /** The caller cancelled when a node had begun. */
      readonly afterLease: boolean;
    })
  | (AboutQuota & { readonly type: "SpendQuota" })
  /** By a maintainer. What is still being made stays reserved. */
  | (AboutDay & { readonly type: "ResetQuota"; readonly reason: string });
