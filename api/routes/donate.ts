import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { contextOf } from "../../commands/context.js";
import { pledgeDonation } from "../../commands/donation/pledge.js";
import { minorPlacesOf } from "../../domain/money/currencies.js";
import { decimalOf, isSame, type Money, readDecimal } from "../../domain/money/money.js";
import { type CheckoutProvider, checkoutProviderSchema } from "../../domain/pledge/events.js";
import { newId, pledgeIdOf } from "../../platform/ids.js";
import { failures, ok, success } from "../answers.js";
import { authenticate, callerOf } from "../caller.js";
import type { AppDependencies } from "../dependencies.js";
import { ApiError } from "../errorCodes.js";

/** In whole units of the currency, whichever it is. */
const amountMin = 2;
const amountMax = 5000;

/** A number in JSON is read by its digits; nothing is computed with it. */
const amountText = z.union([z.string(), z.number()]).transform(String);

const donateBody = z.object({
  amount: amountText,
  currency: z.string().trim().toUpperCase().default("EUR"),
  message: z.string().trim().max(500).optional(),
  show_name: z.boolean().default(false),
  /** Where to pay; without it the first that is set up. */
  provider: checkoutProviderSchema.optional(),
});
type DonateBody = z.infer<typeof donateBody>;

const headers = z.object({ "idempotency-key": z.string().min(1).max(128).optional() });

const pledgeAnswer = z.object({
  donation_id: z.uuid(),
  provider: z.string(),
  amount: z.string(),
  currency: z.string(),
  checkout_url: z.url(),
});

/** Giving is nobody's quota: it is open whatever else of an account is used up. */
export const donateRoute: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  const schema = {
    tags: ["donate"],
    summary: "Pledge a donation and get the link to pay it",
    description:
      "A pledge becomes money only when the provider reports the payment, with the amount it reports.",
    headers,
    body: donateBody,
    response: { 201: success(pledgeAnswer), ...failures },
  };
  const onRequest = authenticate(deps, "key", "user");
  app.post("/donate", { schema, onRequest }, async (request, reply) => {
    const { userId } = callerOf(request);
    const { body } = request;
    const key = request.headers["idempotency-key"];
    const pledgeId = key === undefined ? newId() : pledgeIdOf(userId, key);
    const provider = chooseProvider(deps, body.provider);
    const money = readMoney(deps, body, provider);
    const { show_name: showName, message } = body;
    const asked = { pledgeId, userId, provider, money, showName, message };
    const { data } = await pledgeDonation(
      deps.ledger,
      asked,
      contextOf({
        commandId: pledgeId,
        actor: `user:${userId}`,
        at: deps.clock.now(),
        correlationId: request.id,
      }),
    );
    refuseOther(data.private, asked);
    const checkout_url = await checkoutUrl(deps, asked);
    const { amount, currency } = money;
    return reply
      .code(201)
      .send(ok({ donation_id: pledgeId, provider, amount, currency, checkout_url }));
  });
};

function chooseProvider(
  { payments }: AppDependencies,
  wanted: CheckoutProvider | undefined,
): CheckoutProvider {
  const found = checkoutProviderSchema.options.find(
    (provider) => payments[provider] !== undefined && (wanted ?? provider) === provider,
  );
  if (found !== undefined) return found;
  const message = "Donations can't be taken here yet. Try another provider, or later.";
  throw new ApiError("DONATIONS_NOT_CONFIGURED", message, { retryAfterSeconds: 3600 });
}

/** @throws ApiError INVALID_CURRENCY, INVALID_AMOUNT */
function readMoney(
  { payments }: AppDependencies,
  { amount, currency }: DonateBody,
  provider: CheckoutProvider,
): Money {
  // Undefined where the provider contradicts itself.
  const places = minorPlacesOf(provider, currency);
  if (!payments.allowedCurrencies.has(currency) || places === undefined) {
    const allowed = [...payments.allowedCurrencies].join(", ");
    throw new ApiError("INVALID_CURRENCY", `Give in one of ${allowed}.`, { field: "currency" });
  }
  const money = readDecimal(amount, currency);
  const value = money === undefined ? undefined : decimalOf(money);
  const fits = value?.gte(amountMin) && value.lte(amountMax) && value.decimalPlaces() <= places;
  if (money !== undefined && fits) return money;
  const range = `from ${amountMin} to ${amountMax}`;
  const message = `The amount must be ${range}, with at most ${places} decimal places.`;
  throw new ApiError("INVALID_AMOUNT", message, { field: "amount" });
}

/** @throws ApiError IDEMPOTENCY_KEY_REUSED when the key came with another pledge before */
function refuseOther(
  pledged: { readonly money: Money; readonly provider: string },
  asked: { readonly money: Money; readonly provider: string },
): void {
  if (isSame(pledged.money, asked.money) && pledged.provider === asked.provider) return;
  const message = "This Idempotency-Key was used with another body. Take a new key.";
  throw new ApiError("IDEMPOTENCY_KEY_REUSED", message);
}

async function checkoutUrl(
  { payments, appUrl }: AppDependencies,
  { provider, pledgeId, money }: { provider: CheckoutProvider; pledgeId: string; money: Money },
): Promise<string> {
  const client = payments[provider];
  if (client === undefined) throw new Error(`${provider} was chosen and is not set up.`);
  const urls = {
    thanksUrl: `${appUrl}/?donation=paid`,
    cancelUrl: `${appUrl}/?donation=cancelled`,
  };
  return client.createCheckout({ pledgeId, money, ...urls });
}
