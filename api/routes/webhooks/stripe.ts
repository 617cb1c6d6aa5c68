import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { epochMs } from "../../../domain/time.js";
import { stripeRefusal } from "../../../platform/payments/stripeSignature.js";
import type { AppDependencies } from "../../dependencies.js";
import {
  badSignature,
  bytesOf,
  headerOf,
  jsonOf,
  refuseUnsigned,
  takeIn,
  takeRawBodies,
  webhookConfig,
  webhookSchema,
} from "./takeIn.js";

export const stripeWebhook: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  takeRawBodies(app, deps);
  const secrets = deps.payments.webhookSecrets.stripe;
  const isConfigured = secrets.length > 0;
  const headers = ["stripe-signature"];
  const onRequest = refuseUnsigned(deps, "stripe", { isConfigured, headers });
  const schema = webhookSchema("Stripe reports payments");
  app.post("/webhooks/stripe", { schema, config: webhookConfig, onRequest }, async (request) => {
    const body = bytesOf(request);
    const nowMs = epochMs(deps.clock.now());
    const signature = headerOf(request, "stripe-signature");
    const refusal = stripeRefusal(signature, body, { secrets, nowMs });
    if (refusal !== undefined) throw badSignature(deps, "stripe", refusal);
    const { id, type } = jsonOf(body);
    return takeIn(deps, request, { provider: "stripe", deliveryId: id, topic: type });
  });
};
