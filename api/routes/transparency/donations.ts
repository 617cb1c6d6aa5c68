import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import pLimit from "p-limit";
import { z } from "zod";
import { donationStatuses, partOf } from "../../../domain/donation/status.js";
import type { Money } from "../../../domain/money/money.js";
import { dayOf } from "../../../domain/time.js";
import {
  givenIn,
  type ListedDonation,
  listDonations,
} from "../../../projections/donations/queries.js";
import { codes, failures, success } from "../../answers.js";
import type { AppDependencies } from "../../dependencies.js";
import { donorName } from "./donorName.js";
import { donationsLink, nextLink, readCursor } from "./links.js";
import { represent } from "./representation.js";
import { monthParams, pageQuery, spanOf } from "./wanted.js";

/** Names are opened this many at a time, so that one page does not take the vault from the others. */
const openAtOnce = 4;

const amounts = z.array(z.object({ amount: z.string(), currency: z.string() }));
const donationAnswer = z.object({
  id: z.string(),
  day: z.string(),
  provider: z.string(),
  status: z.enum(donationStatuses),
  /** Entered or put right by a maintainer, rather than told by the provider. */
  manual: z.boolean(),
  gross: z.object({ amount: z.string(), currency: z.string() }),
  refunded: amounts,
  fees: amounts,
  /** What is left of it in our balance. */
  net: amounts,
  /** Null unless the donor chose to be named. */
  donor: z.string().nullable(),
});
const donationsAnswer = z.object({
  donations: z.array(donationAnswer),
  next: z.string().nullable(),
});

const donationsSchema = {
  tags: ["transparency"],
  params: monthParams,
  summary: "Donations received in a month, and what became of each",
  querystring: pageQuery,
  errors: codes("NOT_FOUND"),
  isTable: true,
  response: { 200: success(donationsAnswer), ...failures },
};

/** Also as a file: the documentation shows the plain path only. */
export const monthDonationsRoute: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  for (const suffix of ["", ".csv"]) {
    const hide = suffix !== "";
    const path = `/transparency/month/:month/donations${suffix}`;
    app.get(path, { schema: { ...donationsSchema, hide } }, async (request, reply) => {
      const { month } = request.params;
      const { after, limit } = request.query;
      const span = await spanOf(deps.readDb, month);
      const [position] = after === undefined ? [] : readCursor(after, 1);
      const rows = await listDonations(deps.readDb, { span, after: position, limit: limit + 1 });
      const page = rows.slice(0, limit);
      const place = [page.at(-1)?.position ?? ""];
      const next = nextLink(donationsLink(month), { limit }, rows.length > page.length, place);
      return represent(request, reply, { ...(await donationFacts(deps, page, next)), next });
    });
  }
};

async function donationFacts(
  { ledger: { vault } }: AppDependencies,
  page: readonly ListedDonation[],
  next: string | null,
) {
  const inTurn = pLimit(openAtOnce);
  const donations = await Promise.all(
    page.map(async (row) => shownDonation(row, await inTurn(() => donorName(vault, row)))),
  );
  const columns = ["id", "day", "provider", "status", "manual", "currency", "gross"];
  const rows = donations.map((each) => [
    ...[each.id, each.day, each.provider, each.status, each.manual],
    ...[each.gross.currency, { amount: each.gross.amount }],
    ...[textOf(each.refunded), textOf(each.fees), textOf(each.net), each.donor],
  ]);
  const data = { donations, next };
  return { data, columns: [...columns, "refunded", "fees", "net", "donor"], rows };
}

/** "1.60 EUR"; two only where a provider settled in another currency. */
const textOf = (parts: readonly Money[]) => ({
  amount: parts.map(({ amount, currency }) => `${amount} ${currency}`).join("; "),
});

function shownDonation(row: ListedDonation, donor: string | null): z.infer<typeof donationAnswer> {
  const { donation_id: id, provider, status, postings } = row;
  return {
    ...{ id, provider, status, donor },
    day: dayOf(row.occurred_at),
    manual: row.manual === 1,
    gross: givenIn(row),
    refunded: partOf(postings, "refunded"),
    fees: partOf(postings, "fees"),
    net: partOf(postings, "net"),
  };
}
