import type { Instant } from "../time.js";

interface AboutQuota {
  readonly userId: string;
  readonly day: string;
  readonly generationId: string;
  readonly at: Instant;
}

export type QuotaCommand =
  | (AboutQuota & { readonly type: "ReserveQuota"; readonly limit: number })
  | (AboutQuota & {
      readonly type: "ReleaseQuota";
      /** The caller cancelled when a node had begun. */
      readonly afterLease: boolean;
    })
  | (AboutQuota & { readonly type: "SpendQuota" });
