import { day } from "../../domain/limits.js";
import { listAlerted } from "../../platform/ops/alerts.js";
import type { OpsDb } from "../../platform/ops/tables.js";
import { type AlertRow, listAlerts } from "../../projections/alerts/queries.js";
import type { ReadDb } from "../../projections/readTables.js";
import { type Alerting, raiseAlert } from "../raiseAlerts.js";
import type { SweepEach } from "../sweepEach.js";
import { rowsOfTime } from "./pages.js";

interface SweepingAlerts extends Alerting {
  readonly readDb: ReadDb;
  readonly sweepEach: SweepEach;
}

/** Long enough for a restore; what is older, maintainers know or will never ask about. */
const soughtMsMax = 7 * day;

/** Events that the maintainers must hear of and did not. */
export async function sweepAlerts(deps: SweepingAlerts): Promise<void> {
  const { readDb, clock, sweepEach } = deps;
  await sweepEach({
    name: "sweep alerts",
    rows: rowsOfTime({
      now: clock.now(),
      lookBackMs: soughtMsMax,
      read: (page) => listAlerts(readDb, page),
      placeOf: (row) => [row.happened_at, row.event_id],
      choose: (rows) => unheard(deps.opsDb, rows),
    }),
    keyOf: (row) => row.event_id,
    work: (row) => raiseAlert(deps, { ...row, eventId: row.event_id }),
  });
}

async function unheard(opsDb: OpsDb, rows: readonly AlertRow[]): Promise<readonly AlertRow[]> {
  const alerted = await listAlerted(
    opsDb,
    rows.map((row) => row.event_id),
  );
  return rows.filter((row) => !alerted.has(row.event_id));
}
