import { type CheckoutProvider, checkoutProviderSchema } from "../../domain/pledge/events.js";
import { choiceColumn } from "../choiceColumn.js";
import { keyedProjection } from "../keyedProjection.js";

const states = ["open", "paid", "expired"] as const;

/** Answers "which pledges did nobody pay or give up yet?", for the schedule. */
export type PledgeRow = {
  readonly pledge_id: string;
  readonly provider: CheckoutProvider;
  readonly pledged_at: string;
  readonly state: (typeof states)[number];
};

declare module "../readTables.js" {
  interface ReadTables {
    read_pledge: PledgeRow;
  }
}

const ofPledge = {
  key: (event: { data: { private: { pledgeId: string } } }) => [event.data.private.pledgeId],
};

export const pledges = keyedProjection<
  PledgeRow,
  "DonationPledged" | "PledgePaid" | "PledgeExpired"
>({
  name: "pledges",
  version: 1,
  table: "read_pledge",
  primaryKey: ["pledge_id"],
  group: "money",
  aboutMoney: false,
  columns: `
    pledge_id CHAR(36) CHARACTER SET ascii NOT NULL,
    provider ${choiceColumn(checkoutProviderSchema.options, 16)},
    pledged_at CHAR(24) CHARACTER SET ascii NOT NULL,
    state ${choiceColumn(states, 8)},
    PRIMARY KEY (pledge_id),
    KEY open (state, provider, pledged_at)`,
  handlers: {
    DonationPledged: {
      ...ofPledge,
      fold: (_row, { event }) => {
        const { pledgeId: pledge_id, provider, at: pledged_at } = event.data.private;
        return { pledge_id, provider, pledged_at, state: "open" };
      },
    },
    PledgePaid: { ...ofPledge, fold: (row) => row && { ...row, state: "paid" } },
    PledgeExpired: { ...ofPledge, fold: (row) => row && { ...row, state: "expired" } },
  },
});
