import type { Instant } from "../time.js";

export interface RecordDestruction {
  readonly type: "RecordDestruction";
  readonly keyId: string;
  readonly purpose: string;
  readonly reason: "erased" | "retention";
  readonly at: Instant;
}
export type VaultCommand = RecordDestruction;
