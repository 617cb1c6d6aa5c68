import type { DiscordWebhook } from "../../platform/discord.js";
import type { EventStore } from "../../platform/eventStore/eventStore.js";
import type { Mailer } from "../../platform/mailer.js";
import type { DueOrder } from "../../platform/ops/outbox.js";
import type { OpsDb, OrderOutcome } from "../../platform/ops/tables.js";
import type { Clock } from "../../platform/process/clock.js";
import type { Log } from "../../platform/process/log.js";
import type { RedisClient } from "../../platform/redis/connection.js";
import type { VaultDb } from "../../platform/vault/tables.js";
import type { Vault } from "../../platform/vault/vault.js";
import type { ReadDb } from "../../projections/readTables.js";

export interface Sending {
  readonly store: EventStore;
  readonly opsDb: OpsDb;
  readonly vaultDb: VaultDb;
  readonly readDb: ReadDb;
  readonly vault: Vault;
  readonly redis: RedisClient;
  readonly mailer: Mailer;
  /** Undefined: no channel on Discord wants notices. */
  readonly webhook: DiscordWebhook | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly appUrl: string;
}

/**
 * Carries out one order and says how it ended: closed with an outcome, or to be tried again later,
 * as it is when the sender throws.
 */
export type Sender = (sending: Sending, due: DueOrder) => Promise<Attempt>;

export type Attempt = OrderOutcome | "later" | Paused;

/** The other side takes no more for so long: after this one, or not even this one. */
export interface Paused {
  readonly isSent: boolean;
  readonly pauseMs: number;
}
