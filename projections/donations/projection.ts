import { z } from "zod";
import {
  type DonationEvent,
  type UndoableEntry,
  type Visibility,
  visibilitySchema,
} from "../../domain/donation/events.js";
import { type BookedEvent, type Standing, standings } from "../../domain/donation/movements.js";
import { chargedKeyOf, isGiftUndoneBy } from "../../domain/donation/state.js";
import { type DonationStatus, donationStatuses, statusOf } from "../../domain/donation/status.js";
import { asGift } from "../../domain/donation/suspense.js";
import { type Provider, providers } from "../../domain/money/accounts.js";
import {
  netted,
  type Posting,
  postingSchema,
  postingsSchema,
} from "../../domain/money/postings.js";
import type { StoredEvent } from "../../platform/eventStore/eventStore.js";
import { locate } from "../../platform/vault/located.js";
import { choiceColumn } from "../choiceColumn.js";
import { externalIdColumn, moneyKeyColumn, streamColumn } from "../exactColumns.js";
import { keyedProjection } from "../keyedProjection.js";
import { publicIdOf } from "../publicId.js";

/**
 * Answers "what became of this gift, and who may know of it?" What is about the donor stays sealed
 * until somebody reads; see vault/located.ts.
 */
export type DonationRow = {
  readonly stream: string;
  readonly provider: Provider;
  readonly external_id: string;
  /** What the public, and the donor, call it by. */
  readonly donation_id: string;
  /** Position of its first event in `$all`: decides the month that it belongs to. */
  readonly position: string;
  readonly received_at: string;
  readonly occurred_at: string;
  readonly user_id: string | null;
  readonly visibility: Visibility;
  readonly standing: Standing;
  /** A maintainer said that it is no gift; an attribution goes before that. */
  readonly closed: number;
  readonly manual: number;
  readonly status: DonationStatus;
  /** As received, whatever came after. */
  readonly gross: string;
  readonly currency: string;
  /** All that its events moved, one line for each account and currency, as JSON. */
  readonly moved: string;
  /**
   * What each event of a payment that began in suspense moved in our balance at the provider, booked or
   * not, by money key, as JSON.
   */
  readonly told: string;
  /** The provider's name for the movement that settled it. */
  readonly settlement_key: string | null;
  /** What helps to match the provider's statements, as JSON. */
  readonly statement_refs: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly message: string | null;
};

declare module "../readTables.js" {
  interface ReadTables {
    read_donation: DonationRow;
  }
}

type Of<Type extends DonationEvent["type"]> = Extract<DonationEvent, { type: Type }>;
type Received = Of<"DonationReceived">;
type Later = Exclude<
  DonationEvent,
  Received | Of<"DonorVisibilityChanged"> | Of<"DonationRecognised">
>;

const toldSchema = z.record(z.string(), z.array(postingSchema));

/** A part of a movement, so it does not balance. */
const readTold = (row: Pick<DonationRow, "told">): Record<string, Posting[]> =>
  toldSchema.parse(JSON.parse(row.told));

/** What lies in our balance at the provider by a payment that began in suspense, booked or not. */
export const toldBy = (row: Pick<DonationRow, "told">): Posting[] =>
  Object.values(readTold(row)).flat();

function withTold(
  { provider, told }: Pick<DonationRow, "provider" | "told">,
  event: BookedEvent,
): string {
  const all = readTold({ told });
  const { moneyKey } = event.data.private;
  const held = asGift(provider, event).filter(
    ({ account }) => account === `assets:${provider}:balance`,
  );
  if (held.length > 0) all[moneyKey] = [...(all[moneyKey] ?? []), ...held];
  const undone = event.type === "DonationCorrected" && event.data.private.undoneKey;
  if (undone) for (const key of [undone, chargedKeyOf(undone)]) delete all[key];
  return JSON.stringify(all);
}

export const readMoved = (row: Pick<DonationRow, "moved">): Posting[] =>
  postingsSchema.parse(JSON.parse(row.moved));

function receive(stored: { event: Received } & StoredEvent): DonationRow {
  const { public: shown, private: about } = stored.event.data;
  const row = {
    stream: stored.stream,
    closed: 0,
    told: "{}",
    provider: shown.provider,
    external_id: about.externalId,
    donation_id: publicIdOf(stored.event),
    position: String(stored.position),
    received_at: about.at,
    occurred_at: about.occurredAt,
    user_id: about.userId ?? null,
    visibility: about.visibility,
    standing: shown.standing,
    manual: shown.manual === true ? 1 : 0,
    gross: shown.gross.amount,
    currency: shown.gross.currency,
    settlement_key: null,
    statement_refs: JSON.stringify(about.references ?? {}),
    name: locate(stored, "name"),
    email: locate(stored, "email"),
    message: locate(stored, "message"),
  };
  return withMoved(row, shown.postings);
}

function withMoved(
  row: Omit<DonationRow, "moved" | "status">,
  postings: readonly Posting[],
): DonationRow {
  const moved = netted(postings);
  const isSettled = row.settlement_key !== null;
  const isClosed = row.closed === 1;
  const told = toldBy(row);
  const status = statusOf({ standing: row.standing, isClosed, isSettled, told, moved });
  return { ...row, status, moved: JSON.stringify(moved) };
}

/** The stream, since not every event of a donation says whose provider's it is. */
const ofDonation = { key: (_event: unknown, { stream }: { stream: string }) => [stream] };

const later = {
  ...ofDonation,
  fold: (row: DonationRow | undefined, { event }: { event: Later }): DonationRow | undefined => {
    if (row === undefined) return undefined;
    const moved = [...readMoved(row), ...postingsOf(event)];
    const told = withTold(row, event);
    const changed = withMoved({ ...row, told, ...changedBy(event) }, moved);
    return isGiftUndoneBy(event) ? { ...changed, status: "undone" } : changed;
  },
};
const postingsOf = ({ data }: Later): readonly Posting[] => data.public.postings;

function changedBy({ type, data }: Later): Partial<DonationRow> {
  switch (type) {
    case "DonationSettled":
      return { settlement_key: data.private.moneyKey };
    case "DonationAttributed":
      return { standing: "regular", manual: 1 };
    case "DonationCorrected":
      return { manual: 1, ...(data.public.undoes && changedByUndoing[data.public.undoes]) };
    case "SuspenseClosed":
      return { manual: 1, closed: 1 };
    case "DonationRefunded":
      return data.public.manual === true ? { manual: 1 } : {};
    case "DonationRefundFailed":
    case "DonationDisputed":
    case "DonationDisputeWon":
    case "DonationDisputeLost":
      return {};
  }
}

const withReferences = (
  { statement_refs }: Pick<DonationRow, "statement_refs">,
  more: Readonly<Record<string, string>>,
): string => JSON.stringify({ ...JSON.parse(statement_refs), ...more });

const changedByUndoing: Readonly<Record<UndoableEntry, Partial<DonationRow>>> = {
  gift: { settlement_key: null },
  settlement: { settlement_key: null },
  refund: {},
  attribution: { standing: "suspense" },
  closing: { closed: 0 },
};

export const donations = keyedProjection<DonationRow, DonationEvent["type"]>({
  name: "donations",
  version: 7,
  table: "read_donation",
  primaryKey: ["stream"],
  group: "money",
  aboutMoney: true,
  columns: `
    stream ${streamColumn},
    provider ${choiceColumn(providers, 16)},
    external_id ${externalIdColumn},
    donation_id CHAR(32) CHARACTER SET ascii NOT NULL,
    position BIGINT UNSIGNED NOT NULL,
    received_at CHAR(24) CHARACTER SET ascii NOT NULL,
    occurred_at CHAR(24) CHARACTER SET ascii NOT NULL,
    user_id CHAR(36) CHARACTER SET ascii NULL,
    visibility ${choiceColumn(visibilitySchema.options, 8)},
    standing ${choiceColumn(standings, 8)},
    closed TINYINT NOT NULL,
    manual TINYINT NOT NULL,
    status ${choiceColumn(donationStatuses, 16)},
    gross VARCHAR(32) CHARACTER SET ascii NOT NULL,
    currency CHAR(3) CHARACTER SET ascii NOT NULL,
    moved MEDIUMTEXT CHARACTER SET ascii NOT NULL,
    told MEDIUMTEXT NOT NULL,
    settlement_key ${moneyKeyColumn} NULL,
    statement_refs MEDIUMTEXT NOT NULL,
    name MEDIUMTEXT CHARACTER SET ascii NULL,
    email MEDIUMTEXT CHARACTER SET ascii NULL,
    message MEDIUMTEXT CHARACTER SET ascii NULL,
    PRIMARY KEY (stream),
    UNIQUE KEY public_id (donation_id),
    KEY place (position),
    KEY settled_by (settlement_key),
    KEY of_status (status, received_at),
    KEY in_clearing (status, provider, received_at),
    KEY of_provider (provider, position),
    KEY giver (user_id, position)`,
  handlers: {
    DonationReceived: {
      ...ofDonation,
      fold: (row, stored) => (row === undefined || row.status === "undone" ? receive(stored) : row),
    },
    DonationSettled: later,
    DonationRefunded: later,
    DonationRefundFailed: later,
    DonationDisputed: later,
    DonationDisputeWon: later,
    DonationDisputeLost: later,
    DonationCorrected: later,
    SuspenseClosed: later,
    DonationAttributed: later,
    DonationRecognised: {
      ...ofDonation,
      fold: (row, { event }) =>
        row && { ...row, statement_refs: withReferences(row, event.data.private.references) },
    },
    DonorVisibilityChanged: {
      ...ofDonation,
      fold: (row, { event }) => row && { ...row, visibility: event.data.private.visibility },
    },
  },
});
