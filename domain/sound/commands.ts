import type { Instant } from "../time.js";

export interface HearSound {
  readonly type: "HearSound";
  readonly key: string;
  readonly print: string;
  readonly inputs: string;
  readonly generationId: string;
  readonly nodeId: string;
  readonly at: Instant;
}
export type SoundCommand = HearSound;
