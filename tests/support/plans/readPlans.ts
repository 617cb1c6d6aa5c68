import * as alerts from "../../../projections/alerts/queries.js";
import * as apiKeys from "../../../projections/apiKeys/queries.js";
import * as contributions from "../../../projections/contributions/queries.js";
import * as donations from "../../../projections/donations/queries.js";
import * as donors from "../../../projections/donors/queries.js";
import * as enrolments from "../../../projections/enrolments/queries.js";
import * as generations from "../../../projections/generations/queries.js";
import * as leases from "../../../projections/leases/queries.js";
import * as nodeDecisions from "../../../projections/nodeDecisions/queries.js";
import * as nodes from "../../../projections/nodes/queries.js";
import * as payoutNews from "../../../projections/payoutNews/queries.js";
import * as pledges from "../../../projections/pledges/queries.js";
import * as quotaDays from "../../../projections/quotaDays/queries.js";
import * as reservations from "../../../projections/reservations/queries.js";
import * as tenures from "../../../projections/tenures/queries.js";
import * as users from "../../../projections/users/queries.js";
import * as webhooks from "../../../projections/webhooks/queries.js";
import { hashOf, instantOf, openGenerations, uuidOf } from "./bigTables.js";
import { type Plans, reads } from "./plan.js";

const limit = 100;
const late = instantOf(900_000);
const page = { after: [instantOf(500_000), uuidOf(500_000)] as const, before: late, limit };
const newest = instantOf(2_000_000);

/** Questions about accounts, work and gifts. */
export const readPlans: Readonly<Record<string, Plans>> = {
  "projections/alerts/queries.ts": {
    listAlerts: { later: reads(limit, ({ read }) => alerts.listAlerts(read, page)) },
  },
  "projections/apiKeys/queries.ts": {
    listIssued: { later: reads(limit, ({ read }) => apiKeys.listIssued(read, page)) },
    findKeyOwner: { one: reads(2, ({ read }) => apiKeys.findKeyOwner(read, hashOf(700_001))) },
    listApiKeys: { all: reads(5, ({ read }) => apiKeys.listApiKeys(read, uuidOf(7000))) },
  },
  "projections/contributions/queries.ts": {
    listContributions: {
      later: reads(2 * limit, ({ read }) =>
        contributions.listContributions(read, { month: "1955-01", after: uuidOf(5000), limit }),
      ),
    },
    sumContributions: { months: reads(100, ({ read }) => contributions.sumContributions(read)) },
  },
  "projections/donations/queries.ts": {
    listDonations: {
      first: reads(2 * limit, ({ read }) =>
        donations.listDonations(read, { span: { from: null, to: null }, limit }),
      ),
      later: reads(2 * limit, ({ read }) => {
        const span = { from: 1000n, to: 900_000n };
        return donations.listDonations(read, { span, after: "500000", limit });
      }),
    },
    listDonationsOf: {
      newest: reads(limit, ({ read }) =>
        donations.listDonationsOf(read, { userId: uuidOf(7), limit }),
      ),
    },
    listSuspended: {
      oldest: reads(limit, ({ read }) => donations.listSuspended(read, { before: late, limit })),
    },
    listInClearing: {
      oldest: reads(limit, ({ read }) =>
        donations.listInClearing(read, { provider: "github", before: late, limit }),
      ),
    },
    findDonation: {
      "by id": reads(2, ({ read }) =>
        donations.findDonation(read, { donationId: hashOf(777).slice(-32) }),
      ),
      "by stream": reads(2, ({ read }) =>
        donations.findDonation(read, { stream: "donation-777777" }),
      ),
    },
    listPageBy: {
      first: reads(1000, ({ read }) => donations.listPageBy(read, "stripe", "0")),
      later: reads(1000, ({ read }) => donations.listPageBy(read, "stripe", "800000")),
      none: reads(0, ({ read }) => donations.listPageBy(read, "stripe", "1000000")),
    },
  },
  "projections/donors/queries.ts": {
    listReceived: {
      later: reads(limit, ({ read }) => {
        const after = [instantOf(500_000), "donation-000000500000"] as const;
        return donors.listReceived(read, { ...page, after });
      }),
    },
    listWithoutFee: {
      span: reads(limit, ({ read }) => {
        const since = instantOf(500_000);
        return donors.listWithoutFee(read, { provider: "paypal", since, before: late, limit });
      }),
    },
    listGivenBy: {
      one: reads(10, ({ read }) => donors.listGivenBy(read, [uuidOf(70_000)])),
      many: reads(3000, ({ read }) => donors.listGivenBy(read, manyIds(300))),
    },
  },
  "projections/enrolments/queries.ts": {
    listUsedTokens: { later: reads(limit, ({ read }) => enrolments.listUsedTokens(read, page)) },
  },
  "projections/generations/queries.ts": {
    countWaitingBefore: {
      open: reads(openGenerations, ({ read }) => generations.countWaitingBefore(read, newest)),
    },
    medianProcessingMs: {
      newest: reads(50, ({ read }) => generations.medianProcessingMs(read, "two")),
    },
    listOpen: { oldest: reads(2 * limit, ({ read }) => generations.listOpen(read, limit)) },
    findCertificate: {
      "by id": reads(1, ({ read }) =>
        generations.findCertificate(read, { generationId: uuidOf(777_777) }),
      ),
      "by hash": reads(1, ({ read }) =>
        generations.findCertificate(read, { audioSha256: hashOf(777) }),
      ),
    },
    listGenerationsOf: {
      newest: reads(limit, ({ read }) =>
        generations.listGenerationsOf(read, { userId: uuidOf(7), limit }),
      ),
      later: reads(limit, ({ read }) => {
        const before = { requested_at: instantOf(200_007), generation_id: uuidOf(200_007) };
        return generations.listGenerationsOf(read, { userId: uuidOf(7), limit, before });
      }),
    },
    listOpenAmong: {
      some: reads(300, ({ read }) => generations.listOpenAmong(read, manyIds(300))),
    },
    countOpen: { open: reads(openGenerations, ({ read }) => generations.countOpen(read)) },
  },
  "projections/leases/queries.ts": {
    findLeaseRow: { one: reads(1, ({ read }) => leases.findLeaseRow(read, uuidOf(777_777))) },
  },
  "projections/nodeDecisions/queries.ts": {
    listDecidedLately: {
      later: reads(limit, ({ read }) => nodeDecisions.listDecidedLately(read, "lease-lost", page)),
    },
    listDecisions: {
      newest: reads(limit, ({ read }) =>
        nodeDecisions.listDecisions(read, { nodeId: uuidOf(77), limit }),
      ),
      later: reads(limit, ({ read }) => {
        const before = { decided_at: instantOf(77_500), event_id: uuidOf(77_500) };
        return nodeDecisions.listDecisions(read, { nodeId: uuidOf(77), limit, before });
      }),
    },
  },
  "projections/nodes/queries.ts": {
    listNodes: {
      first: reads(limit, ({ read }) => nodes.listNodes(read, limit)),
      later: reads(limit, ({ read }) => nodes.listNodes(read, limit, uuidOf(500_000))),
    },
    findNodeTotals: { one: reads(1, ({ read }) => nodes.findNodeTotals(read, uuidOf(777_777))) },
  },
  "projections/payoutNews/queries.ts": {
    listPayoutNews: {
      later: reads(limit, ({ read }) => payoutNews.listPayoutNews(read, page)),
    },
    listPaidAmong: {
      some: reads(5 * 300, ({ read }) => payoutNews.listPaidAmong(read, manyIds(300))),
    },
  },
  "projections/pledges/queries.ts": {
    listOpenPledges: {
      oldest: reads(limit, ({ read }) =>
        pledges.listOpenPledges(read, { provider: "paypal", before: late, limit }),
      ),
    },
  },
  "projections/quotaDays/queries.ts": {
    listQuotaDays: {
      newest: reads(30, ({ read }) =>
        quotaDays.listQuotaDays(read, { userId: uuidOf(777), since: "2028-08-28" }),
      ),
    },
  },
  "projections/reservations/queries.ts": {
    listUnsettled: {
      oldest: reads(limit, ({ read }) => reservations.listUnsettled(read, { before: late, limit })),
    },
  },
  "projections/tenures/queries.ts": {
    findOperatorOfPayId: {
      one: reads(1, ({ read }) => tenures.findOperatorOfPayId(read, uuidOf(777_777))),
    },
    listOperatorsOfPayIds: {
      page: reads(300, ({ read }) => tenures.listOperatorsOfPayIds(read, manyIds(300))),
    },
    findTenure: { one: reads(1, ({ read }) => tenures.findTenure(read, uuidOf(777_777))) },
    listOwnedBy: {
      first: reads(limit, ({ read }) =>
        tenures.listOwnedBy(read, { operatorId: uuidOf(77), limit }),
      ),
    },
    listOwners: {
      page: reads(2 * 300, ({ read }) => tenures.listOwners(read, manyIds(300))),
    },
    listTrustDue: { later: reads(limit, ({ read }) => tenures.listTrustDue(read, page)) },
  },
  "projections/users/queries.ts": {
    findUser: { one: reads(1, ({ read }) => users.findUser(read, uuidOf(777_777))) },
    listNeverVerified: {
      some: reads(limit, ({ read }) => users.listNeverVerified(read, { before: late, limit })),
    },
    listUnverified: { later: reads(limit, ({ read }) => users.listUnverified(read, page)) },
    listPasswordsChanged: {
      later: reads(limit, ({ read }) => users.listPasswordsChanged(read, page)),
    },
    listAccounts: {
      first: reads(limit, ({ read }) => users.listAccounts(read, { limit })),
      later: reads(limit, ({ read }) =>
        users.listAccounts(read, { after: uuidOf(700_000), limit }),
      ),
    },
    listErased: {
      first: reads(limit, ({ read }) => users.listErased(read, { limit })),
      later: reads(limit, ({ read }) => users.listErased(read, { after: uuidOf(700_000), limit })),
    },
  },
  "projections/webhooks/queries.ts": {
    listOpenWebhooks: {
      oldest: reads(2 * limit, ({ read }) =>
        webhooks.listOpenWebhooks(read, { before: late, limit }),
      ),
    },
    listIgnored: {
      oldest: reads(limit, ({ read }) => webhooks.listIgnored(read, { before: late, limit })),
    },
    listWaitingFor: {
      some: reads(10, ({ read }) => webhooks.listWaitingFor(read, "donation 777")),
    },
  },
};

const manyIds = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => uuidOf(index * 300));
