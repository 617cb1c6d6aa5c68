import type { Kysely } from "kysely";
import type { ApiKeyRow } from "./apiKeys/projection.js";
import type { EntryRow } from "./balances/projection.js";
import type { ContributionRow } from "./contributions/projection.js";
import type { DonationRow } from "./donations/projection.js";
import type { GenerationRow } from "./generations/projection.js";
import type { GiftRow } from "./gifts/projection.js";
import type { LeaseRow } from "./leases/projection.js";
import type { MonthRow } from "./months/projection.js";
import type { NodeRow } from "./nodes/projection.js";
import type { PledgeRow } from "./pledges/projection.js";
import type { QuotaDayRow } from "./quotaDays/projection.js";
import type { ReservationRow } from "./reservations/projection.js";
import type { CheckpointRow, ParkedRow } from "./runner/checkpoint.js";
import type { TreasuryRow } from "./treasury/projection.js";
import type { UserRow } from "./users/projection.js";
import type { WebhookRow } from "./webhooks/projection.js";

export interface ReadTables {
  read_checkpoint: CheckpointRow;
  read_parked: ParkedRow;
  read_user: UserRow;
  read_api_key: ApiKeyRow;
  read_quota_day: QuotaDayRow;
  read_reservation: ReservationRow;
  read_generation: GenerationRow;
  read_lease: LeaseRow;
  read_node: NodeRow;
  read_contribution: ContributionRow;
  read_webhook: WebhookRow;
  read_entry: EntryRow;
  read_donation: DonationRow;
  read_month: MonthRow;
  read_treasury: TreasuryRow;
  read_pledge: PledgeRow;
  read_gift: GiftRow;
}
export type ReadDb = Kysely<ReadTables>;
