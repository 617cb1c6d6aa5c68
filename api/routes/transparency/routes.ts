import accepts from "@fastify/accepts";
import etag from "@fastify/etag";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import type { AppDependencies } from "../../dependencies.js";
import { monthDonationsRoute } from "./donations.js";
import { monthEntriesRoute } from "./entries.js";
import { ledgerRoutes } from "./ledger.js";
import { monthRoutes } from "./months.js";
import { monthSharesRoute } from "./shares.js";
import { statsRoute } from "./stats.js";

/** What anybody may know of the money. JSON, or CSV for those who ask for it or add `.csv`. */
export const transparencyRoutes: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  await app.register(accepts);
  await app.register(etag);
  for (const route of [
    monthRoutes,
    statsRoute,
    monthDonationsRoute,
    monthEntriesRoute,
    monthSharesRoute,
    ledgerRoutes,
  ]) {
    await app.register(route, deps);
  }
};
