import { hour, second, webhookHeldMsMax, webhookOrphanMs } from "../../domain/limits.js";
import { type Instant, plusMs } from "../../domain/time.js";
import { listOpenWebhooks, type WebhookRow } from "../../projections/webhooks/queries.js";
import { type BookingReactions, nameOf } from "./book.js";
import { bookWebhook } from "./bookWebhook.js";

const webhooksMax = 5000;
/** s: 5, 10, 20 … 3600 */
const retryMs = (attempts: number): number => Math.min(5 * second * 2 ** attempts, hour);

interface Tried {
  readonly attempts: number;
  readonly dueAt: Instant;
}

/**
 * Looks again at what is held or was never dealt with, less and less often. It decides nothing by
 * the read model, which only names candidates.
 */
export class WebhookSweep {
  readonly #deps: BookingReactions;
  #tried: ReadonlyMap<string, Tried> = new Map();

  constructor(deps: BookingReactions) {
    this.#deps = deps;
  }

  async run(): Promise<void> {
    const now = this.#deps.clock.now();
    const before = plusMs(now, -webhookOrphanMs);
    const rows = await listOpenWebhooks(this.#deps.readDb, { before, limit: webhooksMax });
    const tried = new Map<string, Tried>();
    for (const row of rows) {
      const key = `${row.provider} ${row.delivery_id}`;
      const last = this.#tried.get(key) ?? { attempts: 0, dueAt: now };
      tried.set(key, last.dueAt > now ? last : await this.#tryAgain(row, last.attempts, now));
    }
    // What is done is not in the list any more, and forgotten with it.
    this.#tried = tried;
  }

  async #tryAgain(row: WebhookRow, attempts: number, now: Instant): Promise<Tried> {
    const { log } = this.#deps;
    const about = { provider: row.provider, delivery: row.delivery_id, waitsFor: row.waits_for };
    try {
      await bookWebhook(this.#deps, nameOf(row));
    } catch (error) {
      log.error({ err: error, ...about }, "a webhook could not be booked; trying again later");
    }
    if (plusMs(row.received_at, webhookHeldMsMax) < now) {
      log.error(about, "ALERT a webhook has been waiting to be booked for more than a day");
    }
    return { attempts: attempts + 1, dueAt: plusMs(now, retryMs(attempts)) };
  }
}
