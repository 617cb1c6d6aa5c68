import { operatorDecider } from "../../domain/operator/decider.js";
import { type CommandContext, nextContext } from "../context.js";
import { requireOperator } from "../enrolment/issueToken.js";
import { type Ledger, load } from "../handle.js";
import { type CheckingStripe, checkStripeAccount } from "./checkStripeAccount.js";
import { type AccountNamed, namePayoutAccount } from "./namePayoutAccount.js";
import { openDestination } from "./openPayoutAccount.js";

/**
 * The operator wants to be paid by Stripe: an account there, one for each country, that only we make.
 * @throws ProviderDownError; DomainError USER_NOT_FOUND, TOO_MANY_CHANGES, HISTORY_FULL
 */
export async function nameStripeAccount(
  deps: CheckingStripe,
  { operatorId, country }: { readonly operatorId: string; readonly country: string },
  context: CommandContext,
): Promise<(AccountNamed & { readonly stripeAccount: string }) | "country-not-served"> {
  const { ledger, connect } = deps;
  await requireOperator(ledger, operatorId);
  const made = await findMade(ledger, operatorId, country);
  const stripeAccount = made ?? (await connect.createAccount({ operatorId, country }));
  if (stripeAccount === undefined) return "country-not-served";
  const account = { operatorId, method: "stripe" as const, country, destination: stripeAccount };
  const named = await namePayoutAccount(ledger, account, context);
  // One of before may be known to Stripe already, which then tells nothing new of it.
  const about = { operatorId, account: stripeAccount };
  const checked = await checkStripeAccount(deps, about, nextContext(context, "stripe"));
  return { ...named, position: checked ?? named.position, stripeAccount };
}

/** The operator's account of that country at Stripe, also one that was removed here. */
async function findMade(
  { store, vault }: Ledger,
  operatorId: string,
  country: string,
): Promise<string | undefined> {
  const { events } = await load(store, operatorDecider, { operatorId });
  for (const { event } of events.toReversed()) {
    if (event.type !== "PayoutAccountLinked") continue;
    const { method, country: named, accountId } = event.data.private;
    if (method !== "stripe" || named !== country) continue;
    return (await openDestination(vault, events, accountId))?.destination;
  }
  return undefined;
}
