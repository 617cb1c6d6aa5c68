import type { Instant } from "../time.js";
import type { CheckpointName } from "./events.js";

export interface RecordCheckpoint extends CheckpointName {
  readonly type: "RecordCheckpoint";
  readonly origin: string;
  readonly size: number;
  /** Base64. */
  readonly root: string;
  /** Base64. */
  readonly signature: string;
  readonly readTo: string;
  readonly at: Instant;
}
export type CheckpointCommand = RecordCheckpoint;
