import { type Provider, providers } from "../../domain/money/accounts.js";
import { choiceColumn } from "../choiceColumn.js";
import { externalIdColumn, streamColumn } from "../exactColumns.js";
import { keyedProjection } from "../keyedProjection.js";

/**
 * Answers "who gave this, and is its fee known yet?", for the workers. It counts no money, so it goes
 * on where `donations` would stop.
 */
export type DonorRow = {
  readonly stream: string;
  /** Of its DonationReceived. */
  readonly event_id: string;
  readonly provider: Provider;
  readonly external_id: string;
  readonly received_at: string;
  readonly user_id: string | null;
  readonly settled: number;
};

declare module "../readTables.js" {
  interface ReadTables {
    read_donor: DonorRow;
  }
}

const ofDonation = { key: (_event: unknown, { stream }: { stream: string }) => [stream] };

export const donors = keyedProjection<
  DonorRow,
  "DonationReceived" | "DonationSettled" | "DonationCorrected"
>({
  name: "donors",
  version: 4,
  table: "read_donor",
  primaryKey: ["stream"],
  group: "money",
  aboutMoney: false,
  columns: `
    stream ${streamColumn},
    event_id CHAR(36) CHARACTER SET ascii NOT NULL,
    provider ${choiceColumn(providers, 16)},
    external_id ${externalIdColumn},
    received_at CHAR(24) CHARACTER SET ascii NOT NULL,
    user_id CHAR(36) CHARACTER SET ascii NULL,
    settled TINYINT NOT NULL,
    PRIMARY KEY (stream),
    KEY unsettled (settled, provider, received_at),
    KEY recent (received_at),
    KEY giver (user_id)`,
  handlers: {
    DonationReceived: {
      ...ofDonation,
      fold: (_row, { event, stream, id: event_id }) => {
        const { externalId: external_id, at: received_at, userId } = event.data.private;
        const { provider } = event.data.public;
        const user_id = userId ?? null;
        return { stream, event_id, provider, external_id, received_at, user_id, settled: 0 };
      },
    },
    DonationSettled: { ...ofDonation, fold: (row) => row && { ...row, settled: 1 } },
    DonationCorrected: {
      ...ofDonation,
      fold: (row, { event }) => {
        const { undoes } = event.data.public;
        // Nobody needs the fee of a gift that was none.
        if (undoes === "gift") return row && { ...row, settled: 1 };
        return undoes === "settlement" ? row && { ...row, settled: 0 } : row;
      },
    },
  },
});
