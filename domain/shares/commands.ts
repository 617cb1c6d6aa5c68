import type { Share } from "../sharing/split.js";
import type { Instant } from "../time.js";
import type { ChunkName } from "./events.js";

export interface RecordShares extends ChunkName {
  readonly type: "RecordShares";
  readonly at: Instant;
  readonly digest: string;
  readonly shares: readonly Share[];
}
export type SharesCommand = RecordShares;
