import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { githubRefusal } from "../../../platform/payments/githubSignature.js";
import type { AppDependencies } from "../../dependencies.js";
import { ApiError } from "../../errorCodes.js";
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

export const githubWebhook: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  takeRawBodies(app, deps);
  const secrets = deps.payments.webhookSecrets.github;
  const isConfigured = secrets.length > 0;
  const headers = ["x-hub-signature-256"];
  const onRequest = refuseUnsigned(deps, "github", { isConfigured, headers });
  const schema = webhookSchema("GitHub reports sponsorships");
  app.post(
    "/webhooks/github-sponsors",
    { schema, config: webhookConfig, onRequest },
    async (request) => {
      const body = bytesOf(request);
      const signature = headerOf(request, "x-hub-signature-256");
      const refusal = await githubRefusal(signature, body, secrets);
      if (refusal !== undefined) throw badSignature(deps, "github", refusal);
      if (headerOf(request, "content-type").startsWith("application/x-www-form-urlencoded")) {
        const message = "Choose application/json as the content type of this webhook at GitHub.";
        throw new ApiError("UNSUPPORTED_MEDIA_TYPE", message);
      }
      const deliveryId = headerOf(request, "x-github-delivery");
      const topic = `${headerOf(request, "x-github-event")}.${jsonOf(body)["action"] ?? ""}`;
      return takeIn(deps, request, { provider: "github", deliveryId, topic });
    },
  );
};
