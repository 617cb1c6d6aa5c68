import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { moneyOf } from "../../../domain/money/money.js";
import { type ListedEntry, listEntries } from "../../../projections/entries/queries.js";
import { codes, failures, success } from "../../answers.js";
import type { AppDependencies } from "../../dependencies.js";
import { monthLink, nextLink, readCursor } from "./links.js";
import { represent } from "./representation.js";
import { entriesQuery, monthParams, spanOf } from "./wanted.js";

const entryAnswer = z.object({
  id: z.string(),
  donation: z.string().nullable(),
  type: z.string(),
  day: z.string(),
  manual: z.boolean(),
  account: z.string(),
  currency: z.string(),
  amount: z.string(),
});
const entriesAnswer = z.object({ entries: z.array(entryAnswer), next: z.string().nullable() });

const entriesSchema = {
  tags: ["transparency"],
  params: monthParams,
  summary: "The entries that make up a total or a balance",
  querystring: entriesQuery,
  errors: codes("NOT_FOUND"),
  isTable: true,
  response: { 200: success(entriesAnswer), ...failures },
};

/** Also as a file: the documentation shows the plain path only. */
export const monthEntriesRoute: FastifyPluginAsyncZod<AppDependencies> = async (
  app,
  { readDb },
) => {
  for (const suffix of ["", ".csv"]) {
    const hide = suffix !== "";
    const path = `/transparency/month/:month/entries${suffix}`;
    app.get(path, { schema: { ...entriesSchema, hide } }, async (request, reply) => {
      const { month } = request.params;
      const { after, limit, scope, ...filter } = request.query;
      const span = await spanOf(readDb, month);
      const rows = await listEntries(readDb, {
        ...filter,
        span: scope === "month" ? span : { ...span, from: null },
        after: after === undefined ? undefined : placeIn(after),
        limit: limit + 1,
      });
      const page = rows.slice(0, limit);
      const link = `${monthLink(month)}/entries`;
      const { position = "", account = "", currency = "" } = page.at(-1) ?? {};
      const place = [position, account, currency];
      const next = nextLink(link, { ...filter, scope, limit }, rows.length > page.length, place);
      return represent(request, reply, { ...entryFacts(page, next), next });
    });
  }
};

function placeIn(after: string) {
  const [position = "", account = "", currency = ""] = readCursor(after, 3);
  return { position, account, currency };
}

function entryFacts(page: readonly ListedEntry[], next: string | null) {
  const entries = page.map((row) => ({
    ...{ id: row.entry_id, donation: row.donation_id, type: row.type, day: row.day },
    ...{ manual: row.manual === 1, account: row.account },
    ...moneyOf(row.amount, row.currency),
  }));
  const columns = ["id", "donation", "type", "day", "manual", "account", "currency", "amount"];
  const rows = entries.map(({ id, donation, type, day, manual, account, currency, amount }) => [
    ...[id, donation, type, day, manual, account, currency],
    { amount },
  ]);
  return { data: { entries, next }, columns, rows };
}
