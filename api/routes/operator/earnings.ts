import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { readBooks } from "../../../commands/sharing/closings.js";
import { toShareFormula } from "../../../domain/sharing/formulas.js";
import { type Policy, policyOf, policySchema } from "../../../domain/sharing/policies.js";
import { monthSchema } from "../../../domain/time.js";
import {
  type ListedDistribution,
  listDistributions,
} from "../../../projections/distributions/queries.js";
import { listMonths, type Month } from "../../../projections/months/queries.js";
import { listPaidAlike } from "../../../projections/payees/queries.js";
import { listSharesOf } from "../../../projections/shares/queries.js";
import { listOwnedBy, type TenureRow } from "../../../projections/tenures/queries.js";
import { codes, failures, ok, success } from "../../answers.js";
import { authenticate, callerOf } from "../../caller.js";
import type { AppDependencies } from "../../dependencies.js";
import { ApiError } from "../../errorCodes.js";
import { type MonthOf, nodeAnswer, nodeEarnings } from "./nodeEarnings.js";

/** A page: the jobs of each are summed up when it is asked for. */
const nodesMax = 20;

const currencyAnswer = z.object({
  currency: z.string(),
  pool: z.string(),
  ratio: z.string().describe("The workers' part of the pool."),
  workers: z.string(),
  reserve_ratio: z.string(),
  reserved: z.string(),
  released: z.string(),
  carried_in: z.string(),
  returned: z.string(),
  to_share: z.string(),
  units: z.string().describe("Of all nodes."),
  formula: z.string(),
  digest: z.string(),
});

const earningsSchema = {
  tags: ["operator"],
  summary:
    "What my nodes earned in a month, how that was computed, and what counted nothing and why",
  querystring: z.object({
    month: monthSchema.optional().describe("The open month, if it is not said."),
    after: z.uuid().optional().describe("The `next` of the page before."),
  }),
  errors: codes("NOT_FOUND"),
  response: {
    200: success(
      z.object({
        month: z.string(),
        status: z.enum(["open", "closed", "final"]),
        is_final: z.boolean().describe("False while units may change and nothing is shared out."),
        policy: policySchema,
        currencies: z.array(currencyAnswer),
        nodes: z.array(nodeAnswer),
        next: z.uuid().nullable(),
      }),
    ),
    ...failures,
  },
};

export const earningsRoute: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  const options = { schema: earningsSchema, onRequest: authenticate(deps, "user") };
  app.get("/operator/earnings", options, async (request) => {
    const { userId: operatorId } = callerOf(request);
    const { month, after } = request.query;
    const found = await monthIn(deps, month);
    const owned = await listOwnedBy(deps.readDb, { operatorId, after, limit: nodesMax + 1 });
    const page = owned.slice(0, nodesMax);
    const distributions = await listDistributions(deps.readDb, found.month);
    const of = await monthOf(deps, { operatorId, found, page, distributions });
    const nodes: z.infer<typeof nodeAnswer>[] = [];
    for (const node of page) nodes.push(await nodeEarnings(deps.readDb, node, of));
    const status = statusOf(found, distributions);
    return ok({
      ...{ month: found.month, status, is_final: status === "final", policy: of.policy },
      currencies: distributions.filter(({ outcome }) => outcome !== null).map(shownCurrency),
      nodes,
      next: owned.length > page.length ? (page.at(-1)?.node_id ?? null) : null,
    });
  });
};

/** @throws ApiError NOT_FOUND */
async function monthIn({ readDb }: AppDependencies, month: string | undefined): Promise<Month> {
  const months = await listMonths(readDb);
  const found = month === undefined ? months.at(-1) : months.find((each) => each.month === month);
  if (found === undefined) throw new ApiError("NOT_FOUND", "The ledger has no such month.");
  return found;
}

interface Asked {
  readonly operatorId: string;
  readonly found: Month;
  readonly page: readonly TenureRow[];
  readonly distributions: readonly ListedDistribution[];
}

async function monthOf(
  deps: AppDependencies,
  { operatorId, found, page, distributions }: Asked,
): Promise<MonthOf> {
  const { readDb } = deps;
  const { month, span } = found;
  const payIds = page.flatMap(({ pay_id }) => pay_id ?? []);
  return {
    ...{ operatorId, span, distributions },
    policy: distributions[0]?.shown.policy ?? (await policyOfOpen(deps, month)),
    paidAlike: await listPaidAlike(readDb, operatorId, span.to),
    shares: await listSharesOf(readDb, month, payIds),
  };
}

/** The books are read only while no distribution says by which policy the month goes. */
const policyOfOpen = async ({ ledger }: AppDependencies, month: string): Promise<Policy> =>
  policyOf(month, (await readBooks(ledger)).state.policies);

function statusOf({ isClosed }: Month, distributions: readonly ListedDistribution[]) {
  if (!isClosed) return "open";
  const isFinal =
    distributions.length > 0 && distributions.every(({ outcome }) => outcome !== null);
  return isFinal ? "final" : "closed";
}

const shownCurrency = ({ shown }: ListedDistribution): z.infer<typeof currencyAnswer> => ({
  currency: shown.currency,
  pool: shown.pool.amount,
  ratio: shown.terms.workers,
  workers: shown.split.workers.amount,
  reserve_ratio: shown.terms.reserve,
  reserved: shown.reserved.amount,
  released: shown.released.amount,
  carried_in: shown.carriedIn.amount,
  returned: shown.returned.amount,
  to_share: shown.toShare.amount,
  units: shown.units,
  formula: toShareFormula(shown),
  digest: shown.digest,
});
