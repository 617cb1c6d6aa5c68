import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { shareFates } from "../../../domain/payable/fates.js";
import { type ListedShare, listShares } from "../../../projections/shares/queries.js";
import { codes, failures, success } from "../../answers.js";
import type { AppDependencies } from "../../dependencies.js";
import { nextLink, readCursor, sharesLink } from "./links.js";
import { represent } from "./representation.js";
import { monthParams, pageQuery, spanOf } from "./wanted.js";

const shareAnswer = z.object({
  /** Random for each node: it leads to no node and to nobody. */
  pay_id: z.string(),
  /** What its work weighs. */
  units: z.string(),
  currency: z.string(),
  amount: z.string(),
  /** Only what is owed is paid. What is voided or has lapsed, a later month shares out. */
  fate: z.enum(shareFates),
});
const sharesAnswer = z.object({ shares: z.array(shareAnswer), next: z.string().nullable() });

const sharesSchema = {
  tags: ["transparency"],
  params: monthParams,
  summary: "The shares of a month, one for each node that worked and is claimed",
  querystring: pageQuery,
  errors: codes("NOT_FOUND"),
  isTable: true,
  response: { 200: success(sharesAnswer), ...failures },
};

const currencyForm = /^[A-Z]{3}$/;

/** Also as a file: the documentation shows the plain path only. */
export const monthSharesRoute: FastifyPluginAsyncZod<AppDependencies> = async (app, { readDb }) => {
  for (const suffix of ["", ".csv"]) {
    const hide = suffix !== "";
    const path = `/transparency/month/:month/shares${suffix}`;
    app.get(path, { schema: { ...sharesSchema, hide } }, async (request, reply) => {
      const { month } = request.params;
      const { after, limit } = request.query;
      await spanOf(readDb, month);
      const place = after === undefined ? undefined : placeIn(after);
      const found = await listShares(readDb, { month, after: place, limit: limit + 1 });
      const page = found.slice(0, limit);
      const last = page.at(-1);
      const end = [last?.amount.currency ?? "", last?.payId ?? ""];
      const next = nextLink(sharesLink(month), { limit }, found.length > page.length, end);
      return represent(request, reply, { ...shareFacts(page, next), next });
    });
  }
};

function placeIn(after: string) {
  const [currency = "", payId = ""] = readCursor(after, 2, currencyForm);
  return { currency, payId };
}

function shareFacts(page: readonly ListedShare[], next: string | null) {
  const shares = page.map(({ payId, units, amount, fate }) => ({
    ...{ pay_id: payId, units, ...amount },
    fate,
  }));
  const columns = ["pay_id", "units", "currency", "amount", "fate"];
  const rows = shares.map(({ pay_id, units, currency, amount, fate }) => [
    ...[pay_id, units, currency],
    { amount },
    fate,
  ]);
  return { data: { shares, next }, columns, rows };
}
