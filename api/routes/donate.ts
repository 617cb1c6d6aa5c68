import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { type Donated, donate } from "../../commands/donation/donate.js";
import { pledgeMax, pledgeMin } from "../../domain/pledge/amount.js";
import { checkoutProviderSchema } from "../../domain/pledge/events.js";
import { plainLine } from "../../domain/texts.js";
import { newId, pledgeIdOf } from "../../platform/ids.js";
import type { Payments } from "../../platform/payments/payments.js";
import { codes, failures, ok, success } from "../answers.js";
import { authenticate, callerOf } from "../caller.js";
import type { AppDependencies } from "../dependencies.js";
import { ApiError } from "../errorCodes.js";
import { contextOfCaller } from "../requestContext.js";

/** A number in JSON is read by its digits; nothing is computed with it. */
const amountText = z.union([z.string(), z.number()]).transform(String);

const donateBody = z.object({
  amount: amountText,
  currency: z.string().trim().toUpperCase().default("EUR"),
  message: z.string().overwrite(plainLine).trim().max(500).optional(),
  show_name: z.boolean().default(false),
  /** Where to pay; without it the first that is set up. */
  provider: checkoutProviderSchema.optional(),
});

const headers = z.object({ "idempotency-key": z.string().min(1).max(128).optional() });

const pledgeAnswer = z.object({
  donation_id: z.uuid(),
  provider: z.string(),
  amount: z.string(),
  currency: z.string(),
  checkout_url: z.url(),
});

const schema = {
  tags: ["donate"],
  summary: "Pledge a donation and get the link to pay it",
  description:
    "A pledge becomes money only when the provider reports the payment, with the amount it reports.",
  headers,
  body: donateBody,
  errors: codes("IDEMPOTENCY_KEY_REUSED", "DONATIONS_NOT_CONFIGURED"),
  response: { 201: success(pledgeAnswer), ...failures },
};

/** Giving is nobody's quota: it is open whatever else of an account is used up. */
export const donateRoute: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  const onRequest = authenticate(deps, "key", "user");
  app.post("/donate", { schema, onRequest }, async (request, reply) => {
    const { userId } = callerOf(request);
    await deps.rateLimits("donate", userId);
    const { show_name: showName, ...body } = request.body;
    const key = request.headers["idempotency-key"];
    const pledgeId = key === undefined ? newId() : pledgeIdOf(userId, key);
    const context = contextOfCaller(deps, request, pledgeId);
    const asked = { ...body, pledgeId, userId, showName };
    const pledged = pledgedOf(await donate(deps, asked, context), deps.payments);
    const { provider, money, checkoutUrl: checkout_url } = pledged;
    return reply.code(201).send(ok({ donation_id: pledgeId, provider, ...money, checkout_url }));
  });
};

/** @throws ApiError DONATIONS_NOT_CONFIGURED, INVALID_CURRENCY, INVALID_AMOUNT, IDEMPOTENCY_KEY_REUSED */
function pledgedOf(donated: Donated, { allowedCurrencies }: Payments) {
  switch (donated.outcome) {
    case "pledged":
      return donated;
    case "no-provider": {
      const message = "Donations can't be taken here yet. Try another provider, or later.";
      throw new ApiError("DONATIONS_NOT_CONFIGURED", message, { retryAfterSeconds: 3600 });
    }
    case "currency-not-allowed": {
      const allowed = [...allowedCurrencies].join(", ");
      throw new ApiError("INVALID_CURRENCY", `Give in one of ${allowed}.`, { field: "currency" });
    }
    case "amount-not-allowed": {
      const range = `from ${pledgeMin} to ${pledgeMax}`;
      const message = `The amount must be ${range}, with at most ${donated.places} decimal places.`;
      throw new ApiError("INVALID_AMOUNT", message, { field: "amount" });
    }
    case "other-pledge": {
      const message = "This Idempotency-Key was used with another body. Take a new key.";
      throw new ApiError("IDEMPOTENCY_KEY_REUSED", message);
    }
  }
}
