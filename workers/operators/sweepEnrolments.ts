import type { Ledger } from "../../commands/handle.js";
import { load } from "../../commands/handle.js";
import { enrolmentDecider } from "../../domain/enrolment/decider.js";
import { day } from "../../domain/limits.js";
import type { Clock } from "../../platform/process/clock.js";
import { listUsedTokens } from "../../projections/enrolments/queries.js";
import type { ReadDb } from "../../projections/readTables.js";
import { rowsOfTime } from "../sweep/pages.js";
import type { SweepEach } from "../sweepEach.js";
import { claimAfter } from "./enrol.js";

interface SweepingEnrolments {
  readonly ledger: Ledger;
  readonly readDb: ReadDb;
  readonly clock: Clock;
  readonly sweepEach: SweepEach;
}

/** A node that used a token and did not come back for so long has to make another. */
const soughtMsMax = 30 * day;

/** Tokens that a node used, of which no claim followed. */
export async function sweepEnrolments(deps: SweepingEnrolments): Promise<void> {
  const { ledger, readDb, clock, sweepEach } = deps;
  await sweepEach({
    name: "sweep enrolments",
    rows: rowsOfTime({
      now: clock.now(),
      lookBackMs: soughtMsMax,
      read: (page) => listUsedTokens(readDb, page),
      placeOf: (row) => [row.used_at, row.token_id],
      choose: async (rows) => rows.filter((row) => row.claimed_at === null),
    }),
    keyOf: (row) => row.token_id,
    work: async ({ token_id: tokenId }) => {
      const { events } = await load(ledger.store, enrolmentDecider, { tokenId });
      for (const stored of events) {
        if (stored.event.type === "EnrolmentTokenUsed") {
          await claimAfter(ledger, { ...stored, event: stored.event });
        }
      }
    },
  });
}
