import { dayOf } from "../../domain/time.js";
import {
  contentCharactersMax,
  type DiscordWebhook,
  escapeMarkdown,
} from "../../platform/discord.js";
import { alertIdOf, sha256Hex } from "../../platform/ids.js";
import type { Mailer } from "../../platform/mailer.js";
import { unlessBusy } from "../../platform/mysql/unlessBusy.js";
import {
  type AlertToTell,
  addAlert,
  type Channel,
  listUntold,
  markTold,
} from "../../platform/ops/alertsToTell.js";
import { isGone, markGone } from "../../platform/ops/outbox.js";
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
  await unlessBusy(telling.opsDb, "telling", (opsDb) => tellEachWay({ ...telling, opsDb }));
}

async function tellEachWay(telling: Telling): Promise<void> {
  const { mailTo, mailer, webhook } = telling;
  if (mailTo !== undefined) {
    await tell(telling, "mailed_at", async (alerts) => {
      const text = `${alerts.map(lineOf).join("\n")}\n`;
      const subject =
        alerts.length === 1 ? "OBSIDIAN: an alert" : `OBSIDIAN: ${alerts.length} alerts`;
      // The same alerts are the same mail.
      const messageId = `<${alertIdOf(alerts.map(({ id }) => id).join())}@alerts.obsidian>`;
      await mailer.send({ to: mailTo, subject, text, messageId });
      return alerts;
    });
  }
  if (webhook !== undefined && !(await isGone(telling.opsDb, sha256Hex(webhook.url)))) {
    await tell(telling, "posted_at", (alerts) => post(telling, webhook, alerts));
  }
}

const lineOf = ({ sentence, raisedAt }: AlertToTell): string => `${raisedAt} ${sentence}`;
const postedLineOf = (alert: AlertToTell): string => escapeMarkdown(lineOf(alert));

/** As many as one message of Discord holds; the others wait for the next. Returns those that it took. */
async function post(
  telling: Telling,
  webhook: DiscordWebhook,
  alerts: readonly AlertToTell[],
): Promise<readonly AlertToTell[]> {
  const textOf = (count: number) => alerts.slice(0, count).map(postedLineOf).join("\n");
  let count = alerts.length;
  while (count > 1 && textOf(count).length > contentCharactersMax) count -= 1;
  const { kind } = await webhook.post(textOf(count));
  if (kind === "gone") await noteGone(telling, webhook);
  return kind === "sent" ? alerts.slice(0, count) : [];
}

const goneSentence =
  "Discord's webhook for alerts no longer exists; set another ALERT_DISCORD_WEBHOOK_URL";

/** Goes out by mail the next time, also where nothing relays the log's alerts. */
async function noteGone({ opsDb, clock, log }: Telling, { url }: DiscordWebhook): Promise<void> {
  const raisedAt = clock.now();
  log.error(`ALERT ${goneSentence}`);
  // The id that AlertRelay gives it.
  const id = alertIdOf(`${goneSentence} ${dayOf(raisedAt)}`);
  await addAlert(opsDb, { id, sentence: goneSentence, raisedAt });
  await markGone(opsDb, sha256Hex(url), raisedAt);
}

async function tell(
  { opsDb, clock, log }: Telling,
  channel: Channel,
  send: (alerts: readonly AlertToTell[]) => Promise<readonly AlertToTell[]>,
): Promise<void> {
  const now = clock.now();
  const alerts = await listUntold(opsDb, channel, { now, limit: alertsPerMessage });
  if (alerts.length === 0) return;
  try {
    const told = await send(alerts);
    await markTold(opsDb, channel, { ids: told.map(({ id }) => id), now });
  } catch (err) {
    log.warn({ err, channel }, "maintainers could not be told; later again");
  }
}
