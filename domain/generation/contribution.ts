/** Contribution policy v1: integers only, and every input is measured by the server. */

export interface Work {
  readonly audioMs: number;
  readonly stems: boolean;
  readonly inTime: boolean;
  /** Other work had this audio before, with other inputs. */
  readonly heardBefore: boolean;
}

export interface Contribution {
  readonly policy: "v1";
  readonly audioMs: number;
  readonly stemsFactor: number;
  readonly timelinessFactor: number;
  readonly noveltyFactor?: 0;
  readonly units: number;
  readonly explanation: string;
}

/** units = audio milliseconds × (3 if stems were asked, else 2) × (2 if in time, 1 if late), and none for a copy. */
export function contributionOf({ audioMs, stems, inTime, heardBefore }: Work): Contribution {
  const stemsFactor = stems ? 3 : 2;
  const timelinessFactor = inTime ? 2 : 1;
  const units = heardBefore ? 0 : audioMs * stemsFactor * timelinessFactor;
  const explanation =
    `${audioMs} ms of audio × ${stemsFactor} (${stems ? "with" : "without"} stems)` +
    ` × ${timelinessFactor} (${inTime ? "in time" : "late"})` +
    `${heardBefore ? " × 0 (other work had this audio before)" : ""} = ${units} units`;
  const factors = {
    stemsFactor,
    timelinessFactor,
    ...(heardBefore && { noveltyFactor: 0 as const }),
  };
  return { policy: "v1", audioMs, ...factors, units, explanation };
}
