import type { Instant } from "../time.js";

export interface HearSound {
  readonly type: "HearSound";
  readonly key: string;
  /** From 0 on: what is filed under a key goes on there when the page before it is full. */
  readonly page: number;
  readonly print: string;
  readonly inputs: string;
  readonly generationId: string;
  readonly nodeId: string;
  readonly at: Instant;
}
export type SoundCommand = HearSound;
