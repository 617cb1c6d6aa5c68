import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { CommandContext } from "../../../commands/context.js";
import { findStripeAccount } from "../../../commands/operator/checkStripeAccount.js";
import { nameStripeAccount } from "../../../commands/operator/nameStripeAccount.js";
import type { StripeConnect } from "../../../platform/payments/stripeConnect.js";
import { codes, failures, ok, success } from "../../answers.js";
import { authenticate, requireRecentSignIn } from "../../caller.js";
import type { AppDependencies } from "../../dependencies.js";
import { ApiError } from "../../errorCodes.js";

/** Where Stripe sends operators back to: a page that says what comes next. A visit there proves nothing. */
const comeBackUrl = ({ appUrl }: AppDependencies): string => `${appUrl}/payout-account`;

/** @throws ApiError PAYOUT_METHOD_NOT_CONFIGURED */
function connectOf({ payments: { connect } }: AppDependencies): StripeConnect {
  if (connect !== undefined) return connect;
  const message = "Payouts by Stripe are not set up here. Choose another method.";
  throw new ApiError("PAYOUT_METHOD_NOT_CONFIGURED", message, { field: "method" });
}

interface AtStripe {
  readonly operatorId: string;
  readonly country: string;
}

/** @throws ApiError INVALID_COUNTRY, PAYOUT_METHOD_NOT_CONFIGURED */
export async function nameAtStripe(
  deps: AppDependencies,
  asked: AtStripe,
  context: CommandContext,
): Promise<{ readonly position: bigint | undefined; readonly onboardingUrl: string | null }> {
  const connect = connectOf(deps);
  const named = await nameStripeAccount({ ...deps, connect }, asked, context);
  if (named === "country-not-served") {
    const message = "Stripe makes no such accounts in this country. Choose another method.";
    throw new ApiError("INVALID_COUNTRY", message, { field: "country" });
  }
  const onboardingUrl = await connect.onboardingUrl(named.stripeAccount, comeBackUrl(deps));
  return { position: named.position, onboardingUrl };
}

const schema = {
  tags: ["operator"],
  summary: "Where Stripe asks who I am, again: each such address is good for minutes",
  errors: codes("SIGN_IN_AGAIN", "NOT_FOUND", "PAYOUT_METHOD_NOT_CONFIGURED"),
  response: { 200: success(z.object({ onboarding_url: z.string() })), ...failures },
};

export const stripeOnboardingRoute: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  const options = { schema, onRequest: authenticate(deps, "user") };
  app.post("/operator/payout-account/onboarding-link", options, async (request) => {
    const { userId } = requireRecentSignIn(request, deps.clock.now());
    await deps.rateLimits("payout-account", userId);
    const connect = connectOf(deps);
    const account = await findStripeAccount(deps.ledger, userId);
    if (account === undefined) {
      throw new ApiError("NOT_FOUND", "You named no account at Stripe. Name one first.");
    }
    return ok({ onboarding_url: await connect.onboardingUrl(account, comeBackUrl(deps)) });
  });
};
