import { mailTooOldMs } from "../../domain/limits.js";
import { epochMs, plusMs } from "../../domain/time.js";
import { type DiscordWebhook, escapeMarkdown, type Posted } from "../../platform/discord.js";
import { sha256Hex } from "../../platform/ids.js";
import {
  closeMail,
  type DueGiftOrder,
  isGone,
  listDueForGifts,
  markGone,
  postponeMail,
} from "../../platform/ops/outbox.js";
import type { OpsDb } from "../../platform/ops/tables.js";
import type { Clock } from "../../platform/process/clock.js";
import type { Log } from "../../platform/process/log.js";
import { openLocated } from "../../platform/vault/located.js";
import type { Vault } from "../../platform/vault/vault.js";
import { findDonation, type ListedDonation } from "../../projections/donations/queries.js";
import type { ReadDb } from "../../projections/readTables.js";
import { attemptsMax, retryMs } from "../mail/sendMails.js";

export interface Telling {
  readonly opsDb: OpsDb;
  readonly readDb: ReadDb;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly log: Log;
  /** Undefined: nobody wants to be told. */
  readonly webhook: (DiscordWebhook & { readonly url: string }) | undefined;
}

const noticesPerRound = 20;
const nameCharactersMax = 100;

/** Tells Discord of gifts: what anybody may know, one after the other, as fast as it takes them. */
export class DiscordNotices {
  readonly #telling: Telling;
  #pausedUntilMs = 0;

  constructor(telling: Telling) {
    this.#telling = telling;
  }

  async run(): Promise<void> {
    const { opsDb, clock } = this.#telling;
    const now = clock.now();
    const kind = "donation-notice" as const;
    for (const due of await listDueForGifts(opsDb, { kind, now, limit: noticesPerRound })) {
      if (epochMs(clock.now()) < this.#pausedUntilMs) return;
      await this.#tell(due);
    }
  }

  async #tell(due: DueGiftOrder): Promise<void> {
    const { webhook, opsDb, clock, log } = this.#telling;
    const close = (outcome: Parameters<typeof closeMail>[2]["outcome"]) =>
      closeMail(opsDb, due.id, { outcome, at: clock.now() });
    if (plusMs(due.createdAt, mailTooOldMs) < clock.now()) return close("too-old");
    if (webhook === undefined) return close("nobody");
    const urlSha256 = sha256Hex(webhook.url);
    if (await isGone(opsDb, urlSha256)) return close("gone");
    try {
      const content = await this.#contentOf(due);
      if (content === undefined) return await this.#postpone(due);
      const posted = await webhook.post(content);
      await this.#after(due, posted, urlSha256);
    } catch (error) {
      log.warn({ err: error, noticeId: due.id }, "a notice did not go out");
      await this.#postpone(due);
    }
  }

  async #after(due: DueGiftOrder, posted: Posted, urlSha256: string): Promise<void> {
    const { opsDb, clock, log } = this.#telling;
    const at = clock.now();
    if (posted.kind === "gone") {
      log.error("ALERT Discord's webhook is no more; set another DISCORD_WEBHOOK_URL");
      await markGone(opsDb, urlSha256, at);
      return closeMail(opsDb, due.id, { outcome: "gone", at });
    }
    if (posted.pauseMs > 0) this.#pausedUntilMs = epochMs(at) + posted.pauseMs;
    if (posted.kind === "sent") return closeMail(opsDb, due.id, { outcome: "sent", at });
    // Being asked to wait is no failure, so it does not count as an attempt.
    const dueAt = plusMs(at, posted.pauseMs);
    return postponeMail(opsDb, due.id, { attempts: due.attempts, dueAt });
  }

  async #postpone({ id, attempts }: DueGiftOrder): Promise<void> {
    const { opsDb, clock } = this.#telling;
    const at = clock.now();
    if (attempts + 1 >= attemptsMax) return closeMail(opsDb, id, { outcome: "gave-up", at });
    const dueAt = plusMs(at, retryMs(attempts));
    return postponeMail(opsDb, id, { attempts: attempts + 1, dueAt });
  }

  /** Undefined while the read model does not have the gift yet. */
  async #contentOf({ giftStream }: DueGiftOrder): Promise<string | undefined> {
    const { readDb, vault } = this.#telling;
    const gift = await findDonation(readDb, { stream: giftStream });
    if (gift === undefined) return undefined;
    const name = await shownName(vault, gift);
    const from = name === undefined ? "" : ` from ${escapeMarkdown(name)}`;
    return `A gift of **${gift.gross} ${gift.currency}**${from}. Thank you!`;
  }
}

/** Only of donors who said yes, and are still there. */
async function shownName(
  vault: Vault,
  { visibility, name, giver_status }: ListedDonation,
): Promise<string | undefined> {
  if (visibility === "hidden" || name === null || giver_status === "erased") return undefined;
  const opened = await openLocated(vault, name);
  return opened.status === "open" ? opened.text.slice(0, nameCharactersMax) : undefined;
}
