import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import type { CommandContext } from "../../../commands/context.js";
import { freezeOwnPayouts } from "../../../commands/operator/freezePayouts.js";
import { namePayoutAccount } from "../../../commands/operator/namePayoutAccount.js";
import { paidThisYear } from "../../../commands/operator/paidThisYear.js";
import { readPayoutStanding } from "../../../commands/operator/payoutStanding.js";
import { removePayoutAccount } from "../../../commands/operator/removePayoutAccount.js";
import { isFormDue } from "../../../domain/operator/holds.js";
import { codes, done, failures, ok, success } from "../../answers.js";
import { authenticate, callerOf } from "../../caller.js";
import type { AppDependencies } from "../../dependencies.js";
import { contextOfCaller } from "../../requestContext.js";
import { requireOwner } from "./payoutOwner.js";
import {
  namedAnswer,
  type PayoutAccountBody,
  passwordBody,
  payoutAccountBody,
  standingAnswer,
} from "./payoutSchemas.js";
import { shownStanding } from "./payoutShown.js";
import { nameAtStripe } from "./stripeOnboarding.js";

const tags = ["operator"];
const path = "/operator/payout-account";
const ofOwner = ["SIGN_IN_AGAIN"] as const;

const readSchema = {
  tags,
  summary: "Where I am paid, and why nothing is paid to me now",
  response: { 200: success(standingAnswer), ...failures },
};

const nameSchema = {
  tags,
  summary: "Name the account to be paid to; links in mails confirm it, and a week later it is paid",
  body: payoutAccountBody,
  errors: codes(
    ...ofOwner,
    "USER_NOT_FOUND",
    "TOO_MANY_CHANGES",
    "HISTORY_FULL",
    "PAYOUT_METHOD_NOT_CONFIGURED",
  ),
  response: { 200: success(namedAnswer), ...failures },
};

const removeSchema = {
  tags,
  summary: "Be paid nowhere, until another account is named",
  body: passwordBody,
  errors: codes(...ofOwner),
  response: { 200: success(done), ...failures },
};

const freezeSchema = {
  tags,
  summary: "Stop all payouts to me at once; only a maintainer can let them go on",
  response: { 200: success(done), ...failures },
};

export const payoutAccountRoutes: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  const onRequest = authenticate(deps, "user");
  app.get(path, { schema: readSchema, onRequest }, async (request) => {
    const { userId: operatorId } = callerOf(request);
    const at = deps.clock.now();
    const { allowedCurrencies: currencies } = deps.payments;
    const paid = await paidThisYear(deps.ledger, { operatorId, currencies }, at);
    const asked = { operatorId, isFormDue: isFormDue(paid, deps.payeeFormFrom) };
    return ok(shownStanding(await readPayoutStanding(deps.ledger, asked, at)));
  });

  app.put(path, { schema: nameSchema, onRequest }, async (request, reply) => {
    const context = contextOfCaller(deps, request);
    const operatorId = await requireOwner(deps, request, request.body.password);
    const named = await name(deps, { operatorId, body: request.body }, context);
    await deps.readYourWrites.wait("accounts", named.position, reply);
    const { waiting } = await readPayoutStanding(
      deps.ledger,
      { operatorId, isFormDue: false },
      context.at,
    );
    return ok({
      status: waiting === undefined ? ("in-force" as const) : ("waits" as const),
      missing: [...(waiting?.missing ?? [])],
      onboarding_url: named.onboardingUrl,
    });
  });

  app.delete(path, { schema: removeSchema, onRequest }, async (request, reply) => {
    const operatorId = await requireOwner(deps, request, request.body.password);
    const context = contextOfCaller(deps, request);
    const position = await removePayoutAccount(deps.ledger, operatorId, context);
    await deps.readYourWrites.wait("accounts", position, reply);
    return ok({ message: "You have no payout account now." });
  });

  app.post(`${path}/freeze`, { schema: freezeSchema, onRequest }, async (request, reply) => {
    const { userId } = callerOf(request);
    const context = contextOfCaller(deps, request);
    const position = await freezeOwnPayouts(deps.ledger, userId, context);
    await deps.readYourWrites.wait("accounts", position, reply);
    return ok({ message: "Nothing is paid to you until a maintainer has looked." });
  });
};

interface Naming {
  readonly operatorId: string;
  readonly body: PayoutAccountBody;
}

async function name(
  deps: AppDependencies,
  { operatorId, body }: Naming,
  context: CommandContext,
): Promise<{ readonly position: bigint | undefined; readonly onboardingUrl: string | null }> {
  switch (body.method) {
    case "stripe":
      return nameAtStripe(deps, { operatorId, country: body.country }, context);
    case "paypal": {
      const { method, country, email: destination } = body;
      const account = { operatorId, method, country, destination };
      const { position } = await namePayoutAccount(deps.ledger, account, context);
      return { position, onboardingUrl: null };
    }
    case "sepa": {
      const { method, iban: destination, holder } = body;
      const account = { operatorId, method, country: destination.slice(0, 2), destination, holder };
      const { position } = await namePayoutAccount(deps.ledger, account, context);
      return { position, onboardingUrl: null };
    }
  }
}
