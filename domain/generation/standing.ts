import { failuresInRowMax, probationJobs, restMsMax, restMsMin } from "../limits.js";

/** How far a node can be relied on. What it says of itself plays no part in it. */
export interface Standing {
  /** Jobs of which the audio was accepted. */
  readonly accepted: number;
  /** Leases that ended without accepted audio since the last accepted one. */
  readonly failuresInRow: number;
}

/** Every other node is on probation: its first accepted jobs are still to come, or it fails them all. */
export const isProven = ({ accepted, failuresInRow }: Standing): boolean =>
  accepted >= probationJobs && failuresInRow < failuresInRowMax;

/** Doubles with each failure in a row. */
export const restMsAfter = (failuresInRow: number): number =>
  failuresInRow === 0 ? 0 : Math.min(restMsMin * 2 ** (failuresInRow - 1), restMsMax);
