/** Contribution policy v1: integers only, and every input is measured by the server. */

export interface Work {
  readonly audioMs: number;
  readonly stems: boolean;
  readonly inTime: boolean;
}

export interface Contribution {
  readonly policy: "v1";
  readonly audioMs: number;
  readonly stemsFactor: number;
  readonly timelinessFactor: number;
  readonly units: number;
  readonly explanation: string;
}

/** units = audio milliseconds × (3 if stems were asked, else 2) × (2 if in time, 1 if late). */
export function contributionOf({ audioMs, stems, inTime }: Work): Contribution {
  const stemsFactor = stems ? 3 : 2;
  const timelinessFactor = inTime ? 2 : 1;
  const units = audioMs * stemsFactor * timelinessFactor;
  const explanation =
    `${audioMs} ms of audio × ${stemsFactor} (${stems ? "with" : "without"} stems)` +
    ` × ${timelinessFactor} (${inTime ? "in time" : "late"}) = ${units} units`;
  return { policy: "v1", audioMs, stemsFactor, timelinessFactor, units, explanation };
}
