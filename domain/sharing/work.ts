/** What the server measured of accepted work, as ContributionRecorded keeps it. */
export interface Work {
  readonly audioMs: number;
  readonly stems: boolean;
  readonly inTime: boolean;
  /** Other work had this audio before, with other inputs. */
  readonly heardBefore?: boolean | undefined;
}

/**
 * What work weighs, by every policy so far: audio milliseconds × (3 if stems were asked, else 2) ×
 * (2 if in time, 1 if late), and nothing for a copy. Whether it counts for anybody is for eligibility.ts.
 */
export const unitsOf = ({ audioMs, stems, inTime, heardBefore }: Work): number =>
  heardBefore ? 0 : audioMs * (stems ? 3 : 2) * (inTime ? 2 : 1);

/** The formula with its figures filled in. */
export const formulaOf = (work: Work): string =>
  `${work.audioMs} ms of audio × ${work.stems ? "3 (with" : "2 (without"} stems)` +
  ` × ${work.inTime ? "2 (in time)" : "1 (late)"}` +
  `${work.heardBefore ? " × 0 (other work had this audio before)" : ""} = ${unitsOf(work)} units`;
