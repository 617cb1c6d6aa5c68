import {
  type EndingSessions,
  endOldSessions,
  isOpenedByAnother,
} from "../../commands/user/endOldSessions.js";
import { passwordSweepMs } from "../../domain/limits.js";
import type { Clock } from "../../platform/process/clock.js";
import { eventIdOfLocated } from "../../platform/vault/located.js";
import type { ReadDb } from "../../projections/readTables.js";
import { listPasswordsChanged } from "../../projections/users/queries.js";
import type { SweepEach } from "../sweepEach.js";
import { rowsOfTime } from "./pages.js";

interface SweepingSessions extends EndingSessions {
  readonly readDb: ReadDb;
  readonly clock: Clock;
  readonly sweepEach: SweepEach;
}

/** Accounts with a new password where somebody is still signed in with an older one. */
export async function sweepSessions(deps: SweepingSessions): Promise<void> {
  const { readDb, sessions, clock, sweepEach } = deps;
  await sweepEach({
    name: "sweep sessions",
    rows: rowsOfTime({
      now: clock.now(),
      lookBackMs: passwordSweepMs,
      read: (page) => listPasswordsChanged(readDb, page),
      placeOf: (row) => [row.password_changed_at, row.user_id],
      choose: async (rows) => {
        const isLeft = await Promise.all(rows.map((row) => isSignedInByAnother(sessions, row)));
        return rows.filter((_row, index) => isLeft[index]);
      },
    }),
    keyOf: (row) => row.user_id,
    work: (row) => endOldSessions(deps, row.user_id),
  });
}

type Changed = Awaited<ReturnType<typeof listPasswordsChanged>>[number];

async function isSignedInByAnother(
  sessions: EndingSessions["sessions"],
  { user_id, password_hash, password_changed_at: at }: Changed,
): Promise<boolean> {
  const id = eventIdOfLocated(password_hash);
  if (id === null) return false;
  const open = await sessions.listOpen(user_id);
  return open.some((session) => isOpenedByAnother(session, { id, at }));
}
