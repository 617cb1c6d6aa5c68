import type { EventType } from "../domain/ledger.js";
import { alerts } from "./alerts/projection.js";
import { apiKeys } from "./apiKeys/projection.js";
import { contributions } from "./contributions/projection.js";
import { distributions } from "./distributions/projection.js";
import { donations } from "./donations/projection.js";
import { donors } from "./donors/projection.js";
import { enrolments } from "./enrolments/projection.js";
import { entries } from "./entries/projection.js";
import { generations } from "./generations/projection.js";
import { jobs } from "./jobs/projection.js";
import { leases } from "./leases/projection.js";
import { months } from "./months/projection.js";
import { nodeDecisions } from "./nodeDecisions/projection.js";
import { nodes } from "./nodes/projection.js";
import { operators } from "./operators/projection.js";
import { payees } from "./payees/projection.js";
import { payoutNews } from "./payoutNews/projection.js";
import { pledges } from "./pledges/projection.js";
import type { Projection } from "./projection.js";
import { quotaDays } from "./quotaDays/projection.js";
import { reservations } from "./reservations/projection.js";
import { shares } from "./shares/projection.js";
import { takeBacks } from "./takeBacks/projection.js";
import { tenures } from "./tenures/projection.js";
import { treasury } from "./treasury/projection.js";
import { users } from "./users/projection.js";
import { webhooks } from "./webhooks/projection.js";

export const projections: readonly Projection[] = [
  users,
  apiKeys,
  quotaDays,
  reservations,
  generations,
  leases,
  nodes,
  contributions,
  webhooks,
  entries,
  donations,
  months,
  treasury,
  pledges,
  donors,
  alerts,
  enrolments,
  tenures,
  operators,
  distributions,
  shares,
  takeBacks,
  nodeDecisions,
  jobs,
  payees,
  payoutNews,
];

const ofAPayee = "Where an operator is paid is read from their stream, when they are.";
const ofAPayout =
  "Payouts are decided by, and shown from, the streams of batches and of what is owed.";

/** Events that no read model shows, each with the reason. */
export const unprojected: Partial<Record<EventType, string>> = {
  LedgerCheckpointSigned: "The newest checkpoint is a file of the public log.",
  SigningKeyPublished: "The few keys are read from their stream, keys-log.",
  SoundHeard: "Decides what work is worth, and is read from its stream.",
  PolicyAdopted: "Which policy a month has, is read from the books.",
  LedgerRestored: "Whether payouts are locked, is read from the books.",
  PayoutsConfirmed: "Whether payouts are locked, is read from the books.",
  MonthDistributed: "Which month is shared out, is read from the books.",
  PayoutAccountUnverified: ofAPayee,
  PayeeDetailsGiven: ofAPayee,
  PayeeFormReceived: ofAPayee,
  BatchPlanned: ofAPayout,
  BatchItemWithdrawn: ofAPayout,
  BatchApproved: ofAPayout,
  BatchSubmitted: ofAPayout,
  BatchClosed: ofAPayout,
  PayoutRequested: ofAPayout,
  PayoutWithdrawn: ofAPayout,
  PayoutSending: ofAPayout,
  PayoutSent: ofAPayout,
  PayoutCompleted: ofAPayout,
  PayoutFailed: ofAPayout,
  PayoutReturned: ofAPayout,
  DataKeyDestroyed: "The vault itself knows which keys are gone; the event is for auditors.",
};

/** Read models of before, under names and tables that they no longer have. */
export interface Retired {
  readonly name: string;
  readonly table: string;
}
export const retired: readonly Retired[] = [
  { name: "balances", table: "read_entry" },
  { name: "gifts", table: "read_gift" },
];
