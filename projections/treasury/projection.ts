import type { LedgerEventOf } from "../../domain/ledger.js";
import { type Fund, funds, type Provider, providers } from "../../domain/money/accounts.js";
import { Amount } from "../../domain/money/money.js";
import type { StoredEvent } from "../../platform/eventStore/eventStore.js";
import { amountColumn, amountText } from "../amounts.js";
import { choiceColumn } from "../choiceColumn.js";
import { keyedProjection } from "../keyedProjection.js";
import { publicIdOf } from "../publicId.js";

const kinds = ["move", "expense", "fee"] as const;

/** Answers "what did maintainers do with the money, why, and what shows it?" */
export type TreasuryRow = {
  readonly treasury_id: string;
  readonly position: string;
  readonly entry_id: string;
  readonly kind: (typeof kinds)[number];
  readonly day: string;
  readonly from_provider: Provider;
  /** Where it went: a provider, or the fund that it was paid for or that bears it. */
  readonly to_place: Provider | Fund;
  readonly currency: string;
  readonly amount: string;
  readonly fee: string;
  /** What arrived of a conversion, in its own currency; null for anything else. */
  readonly received: string | null;
  readonly received_currency: string | null;
  readonly actor: string;
  readonly reason: string;
  /** Null where the provider's own record is the evidence. */
  readonly evidence_sha256: string | null;
  /** When it was taken back as a mistake; null while it stands. */
  readonly undone_day: string | null;
};

declare module "../readTables.js" {
  interface ReadTables {
    read_treasury: TreasuryRow;
  }
}

type EntryType = "FundsMoved" | "ExpensePaid" | "ProviderFeeCharged";
type Treasury = LedgerEventOf<EntryType>;

const key = ({ data }: Treasury) => [data.private.treasuryId];

const common = (stored: { event: Treasury } & StoredEvent) => {
  const { public: shown, private: about } = stored.event.data;
  return {
    treasury_id: about.treasuryId,
    position: String(stored.position),
    entry_id: publicIdOf(stored.event),
    day: shown.day,
    from_provider: shown.from,
    currency: shown.amount.currency,
    amount: amountText(new Amount(shown.amount.amount)),
    actor: actorOf(stored.metadata),
    reason: about.reason,
    evidence_sha256: about.evidenceSha256 ?? null,
    ...{ received: null, received_currency: null, fee: amountText(new Amount(0)) },
    undone_day: null,
  };
};

const actorOf = (metadata: unknown): string =>
  typeof metadata === "object" && metadata !== null && "actor" in metadata
    ? String(metadata.actor)
    : "";

export const treasury = keyedProjection<TreasuryRow, EntryType | "TreasuryCorrected">({
  name: "treasury",
  version: 4,
  table: "read_treasury",
  primaryKey: ["treasury_id"],
  group: "money",
  aboutMoney: true,
  columns: `
    treasury_id CHAR(36) CHARACTER SET ascii NOT NULL,
    position BIGINT UNSIGNED NOT NULL,
    entry_id CHAR(32) CHARACTER SET ascii NOT NULL,
    kind ${choiceColumn(kinds, 8)},
    day CHAR(10) CHARACTER SET ascii NOT NULL,
    from_provider ${choiceColumn(providers, 16)},
    to_place ${choiceColumn([...providers, ...funds], 16)},
    currency CHAR(3) CHARACTER SET ascii NOT NULL,
    amount ${amountColumn},
    fee ${amountColumn},
    received DECIMAL(38,3) NULL,
    received_currency CHAR(3) CHARACTER SET ascii NULL,
    actor VARCHAR(255) NOT NULL,
    reason MEDIUMTEXT NOT NULL,
    evidence_sha256 CHAR(64) CHARACTER SET ascii NULL,
    undone_day CHAR(10) CHARACTER SET ascii NULL,
    PRIMARY KEY (treasury_id),
    KEY place (position)`,
  handlers: {
    FundsMoved: {
      key,
      fold: (_row, stored) => {
        const { to, fee, received } = stored.event.data.public;
        return {
          ...common(stored),
          kind: "move",
          to_place: to,
          fee: amountText(new Amount(fee.amount)),
          received: received === undefined ? null : amountText(new Amount(received.amount)),
          received_currency: received?.currency ?? null,
        };
      },
    },
    ExpensePaid: {
      key,
      fold: (_row, stored) => ({
        ...common(stored),
        kind: "expense",
        to_place: stored.event.data.public.fund,
      }),
    },
    ProviderFeeCharged: {
      key,
      fold: (_row, stored) => ({
        ...common(stored),
        kind: "fee",
        to_place: "infrastructure",
      }),
    },
    TreasuryCorrected: {
      key: ({ data }) => [data.private.treasuryId],
      fold: (row, { event }) => row && { ...row, undone_day: event.data.public.day },
    },
  },
});
