import { type DiscordWebhook, escapeMarkdown } from "../../platform/discord.js";
import { alertIdOf } from "../../platform/ids.js";
import type { Mailer } from "../../platform/mailer.js";
import {
  type AlertToTell,
  type Channel,
  listUntold,
  markTold,
} from "../../platform/ops/alertsToTell.js";
import type { OpsDb } from "../../platform/ops/tables.js";
import type { Clock } from "../../platform/process/clock.js";
import type { Log } from "../../platform/process/log.js";

export interface Telling {
  readonly opsDb: OpsDb;
  readonly clock: Clock;
  readonly log: Log;
  /** Undefined where maintainers named none. */
  readonly mailTo: string | undefined;
  readonly mailer: Pick<Mailer, "send">;
  readonly webhook: DiscordWebhook | undefined;
}

/** In one message: a maintainer who is asleep reads one. */
const alertsPerMessage = 20;

/** Tells what was raised and not told yet, each way by itself; what fails goes out the next time. */
export async function tellMaintainers(telling: Telling): Promise<void> {
  const { mailTo, mailer, webhook } = telling;
  if (mailTo !== undefined) {
    await tell(telling, "mailed_at", async (alerts) => {
      const text = `${alerts.map(lineOf).join("\n")}\n`;
      const subject =
        alerts.length === 1 ? "OBSIDIAN: an alert" : `OBSIDIAN: ${alerts.length} alerts`;
      // The same alerts are the same mail.
      const messageId = `<${alertIdOf(alerts.map(({ id }) => id).join())}@alerts.obsidian>`;
      await mailer.send({ to: mailTo, subject, text, messageId });
      return true;
    });
  }
  if (webhook !== undefined) {
    await tell(telling, "posted_at", async (alerts) => {
      const posted = await webhook.post(
        alerts.map((each) => escapeMarkdown(lineOf(each))).join("\n"),
      );
      return posted.kind === "sent";
    });
  }
}

const lineOf = ({ sentence, raisedAt }: AlertToTell): string => `${raisedAt} ${sentence}`;

async function tell(
  { opsDb, clock, log }: Telling,
  channel: Channel,
  send: (alerts: readonly AlertToTell[]) => Promise<boolean>,
): Promise<void> {
  const now = clock.now();
  const alerts = await listUntold(opsDb, channel, { now, limit: alertsPerMessage });
  if (alerts.length === 0) return;
  try {
    if (!(await send(alerts))) return;
    await markTold(opsDb, channel, { ids: alerts.map(({ id }) => id), now });
  } catch (err) {
    log.warn({ err, channel }, "maintainers could not be told; later again");
  }
}
