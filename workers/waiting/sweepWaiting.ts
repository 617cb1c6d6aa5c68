import { waitingMsMax } from "../../domain/limits.js";
import { plusMs } from "../../domain/time.js";
import { providerCommandId } from "../../platform/ids.js";
import { keepAlerted } from "../../platform/ops/alerts.js";
import type { ReadDb } from "../../projections/readTables.js";
import { type Alerting, alertOnce } from "../raiseAlerts.js";
import type { SweepEach } from "../sweepEach.js";
import { listWaiting, type WaitingItem } from "./waitingItems.js";

interface SweepingWaiting extends Alerting {
  readonly readDb: ReadDb;
  readonly sweepEach: SweepEach;
}

/** Named by what waits, not by what for: one alert for each matter, whatever it waits for next. */
const alertIdOf = ({ source, id }: WaitingItem): string => providerCommandId(source, `waits ${id}`);

/** Maintainers hear, once, of each thing that still waits after a day. */
export async function sweepWaiting(deps: SweepingWaiting): Promise<void> {
  const now = deps.clock.now();
  const rows = await listWaiting(deps.readDb, { before: plusMs(now, -waitingMsMax), now });
  await deps.sweepEach({
    name: "sweep waiting",
    rows,
    keyOf: ({ source, id }) => `${source} ${id}`,
    work: async (item) => {
      const { kind, source, id, reason, since } = item;
      const sum = item.sums.map(({ amount, currency }) => `${amount} ${currency}`).join(", ");
      const about = { kind, source, id, reason, since, ...(sum !== "" && { sum }) };
      const sentence = "ALERT something waits for more than a day; see npm run waiting";
      await alertOnce(deps, alertIdOf(item), () => deps.log.error(about, sentence));
    },
  });
  // Else it would be forgotten with what is long over, and told again.
  await keepAlerted(deps.opsDb, rows.map(alertIdOf), now);
}
