import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { epochMs } from "../../../domain/time.js";
import { paypalRefusal } from "../../../platform/payments/paypalSignature.js";
import type { AppDependencies } from "../../dependencies.js";
import {
  badSignature,
  bytesOf,
  headerOf,
  jsonOf,
  notConfigured,
  refuseUnsigned,
  takeIn,
  takeRawBodies,
  webhookConfig,
  webhookSchema,
} from "./takeIn.js";

const signedBy = [
  ...["paypal-transmission-id", "paypal-transmission-time", "paypal-transmission-sig"],
  ...["paypal-cert-url", "paypal-auth-algo"],
];

export const paypalWebhook: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  takeRawBodies(app, deps);
  const isConfigured = deps.payments.paypal !== undefined;
  const onRequest = refuseUnsigned(deps, "paypal", { isConfigured, headers: signedBy });
  const schema = webhookSchema("PayPal reports payments");
  app.post("/webhooks/paypal", { schema, config: webhookConfig, onRequest }, async (request) => {
    const { paypal } = deps.payments;
    if (paypal === undefined) throw notConfigured();
    const body = bytesOf(request);
    const transmission = {
      id: headerOf(request, "paypal-transmission-id"),
      time: headerOf(request, "paypal-transmission-time"),
      signature: headerOf(request, "paypal-transmission-sig"),
      certUrl: headerOf(request, "paypal-cert-url"),
      algorithm: headerOf(request, "paypal-auth-algo"),
    };
    const verification = { ...paypal, nowMs: epochMs(deps.clock.now()) };
    const refusal = await paypalRefusal(transmission, body, verification);
    if (refusal !== undefined) throw badSignature(deps, "paypal", refusal);
    // The id in the body is hardly signed; that of the transmission is, and can't be made anew.
    const { event_type: topic } = jsonOf(body);
    return takeIn(deps, request, { provider: "paypal", deliveryId: transmission.id, topic });
  });
};
