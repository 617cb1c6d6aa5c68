import { hour, mailTooOldMs, second } from "../../domain/limits.js";
import { type Instant, plusMs } from "../../domain/time.js";
import {
  closeOrder,
  type DueOrder,
  listDueOrders,
  postponeOrder,
} from "../../platform/ops/outbox.js";
import { type OrderKind, orderKinds } from "../../platform/ops/tables.js";
import { markCarriedOut, wasCarriedOut } from "../../platform/redis/carriedOut.js";
import type { Repeated } from "../repeat.js";
import { notifyDiscord } from "./discord.js";
import { accountMail } from "./mails.js";
import { payoutMail } from "./payoutMails.js";
import type { Attempt, Sender, Sending } from "./sender.js";
import { thankDonor } from "./thanks.js";

/** A Record over the kinds: a new kind of mail or notice will not compile without its sender. */
const senders: Readonly<Record<OrderKind, Sender>> = {
  "verify-email": accountMail("verify-email"),
  "already-registered": accountMail("already-registered"),
  "reset-password": accountMail("reset-password"),
  "key-issued": accountMail("key-issued"),
  "node-suspended": accountMail("node-suspended"),
  "node-reinstated": accountMail("node-reinstated"),
  "share-voided": accountMail("share-voided"),
  "shares-wait": accountMail("shares-wait"),
  "shares-lapse-soon": accountMail("shares-lapse-soon"),
  "payout-confirm": payoutMail("payout-confirm"),
  "payout-confirm-paypal": payoutMail("payout-confirm-paypal"),
  "payout-warning": payoutMail("payout-warning"),
  "sign-in-changed": payoutMail("sign-in-changed"),
  "thank-you": thankDonor,
  "donation-notice": notifyDiscord,
};

const ordersPerRound = 20;
/** More than a day of attempts: by then the order is too old anyway. */
const attemptsMax = 40;
/** s: 1, 2, 4 … 3600 */
const retryMs = (attempts: number): number => Math.min(second * 2 ** attempts, hour);

/** Every kind has a loop of its own, so that a slow mail server holds up no notice. */
export const outboxLoops = (sending: Sending): readonly Repeated[] =>
  orderKinds.map((kind) => {
    const loop = new OutboxLoop(kind, sending);
    return {
      name: `outbox: ${kind}`,
      everyMs: second,
      run: () => loop.run(),
      endsByClock: true,
    };
  });

const hasGoneOut = (attempt: Attempt): boolean =>
  attempt === "sent" || (typeof attempt === "object" && attempt.isSent);

/** Carries out the orders of one kind, one after the other, as fast as the other side takes them. */
export class OutboxLoop {
  readonly #kind: OrderKind;
  readonly #sending: Sending;
  #pausedUntil: Instant = "";

  constructor(kind: OrderKind, sending: Sending) {
    this.#kind = kind;
    this.#sending = sending;
  }

  /** One round over what is due. What can't go out now waits, longer each time. */
  async run(): Promise<void> {
    const { opsDb, clock } = this.#sending;
    const wanted = { kind: this.#kind, now: clock.now(), limit: ordersPerRound };
    for (const due of await listDueOrders(opsDb, wanted)) {
      if (clock.now() < this.#pausedUntil) return;
      await this.#conclude(due, await this.#attempt(due));
    }
  }

  async #attempt(due: DueOrder): Promise<Attempt> {
    const { clock, log, redis } = this.#sending;
    if (plusMs(due.createdAt, mailTooOldMs) < clock.now()) return "too-old";
    try {
      if (await wasCarriedOut(redis, due.id)) return "sent";
      const attempt = await senders[this.#kind](this.#sending, due);
      if (hasGoneOut(attempt)) await this.#mark(due);
      return attempt;
    } catch (error) {
      log.warn({ err: error, orderId: due.id, kind: this.#kind }, "an outbox order failed");
      return "later";
    }
  }

  /** What went out stays so: a mark that fails must not let it go out again. */
  async #mark({ id }: DueOrder): Promise<void> {
    const { log, redis } = this.#sending;
    await markCarriedOut(redis, id).catch((error: unknown) => {
      log.warn({ err: error, orderId: id }, "what was carried out could not be marked");
    });
  }

  async #conclude(due: DueOrder, attempt: Attempt): Promise<void> {
    const { opsDb, clock } = this.#sending;
    const at = clock.now();
    if (attempt === "later") return this.#tryLater(due, at);
    if (typeof attempt === "string") return closeOrder(opsDb, due.id, { outcome: attempt, at });
    this.#pausedUntil = plusMs(at, attempt.pauseMs);
    if (attempt.isSent) return closeOrder(opsDb, due.id, { outcome: "sent", at });
    // Being asked to wait is no failure, so it does not count as an attempt.
    const { attempts } = due;
    return postponeOrder(opsDb, due.id, { attempts, dueAt: this.#pausedUntil });
  }

  async #tryLater({ id, attempts }: DueOrder, at: Instant): Promise<void> {
    const { opsDb, log } = this.#sending;
    if (attempts + 1 < attemptsMax) {
      const dueAt = plusMs(at, retryMs(attempts));
      return postponeOrder(opsDb, id, { attempts: attempts + 1, dueAt });
    }
    log.error({ orderId: id, kind: this.#kind }, "ALERT gave up on an outbox order");
    return closeOrder(opsDb, id, { outcome: "gave-up", at });
  }
}
