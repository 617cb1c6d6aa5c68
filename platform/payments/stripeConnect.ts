import Stripe from "stripe";
import { second } from "../../domain/limits.js";
import { openStripe } from "./openStripe.js";
import { ProviderDownError } from "./providerDown.js";

/** Accounts of operators, made by us: what lies behind them, only Stripe and the operator know. */
export interface StripeConnect {
  /**
   * Its id, such as `acct_1`; asked for again within a day, it is the same account. Undefined in a country
   * where Stripe makes none. @throws ProviderDownError
   */
  createAccount(asked: Asked): Promise<string | undefined>;
  /** Where the operator tells Stripe who they are; good for minutes, once. @throws ProviderDownError */
  onboardingUrl(account: string, comeBackUrl: string): Promise<string>;
  /** Undefined for an account that is not ours any more. @throws ProviderDownError */
  findAccount(account: string): Promise<ConnectedAccount | undefined>;
}

interface Asked {
  readonly operatorId: string;
  readonly country: string;
}

export interface ConnectedAccount {
  /** Money can be sent to it, and from it to its owner. */
  readonly isPayable: boolean;
}

const timeoutMs = 10 * second;

export function createStripeConnect(apiKey: string, apiBase: string): StripeConnect {
  const stripe = openStripe({ apiKey, apiBase }, { timeout: timeoutMs, maxNetworkRetries: 1 });
  return {
    createAccount: (asked) => told(() => create(stripe, asked)),
    onboardingUrl: (account, comeBackUrl) =>
      told(async () => {
        const urls = { refresh_url: comeBackUrl, return_url: comeBackUrl };
        const type = "account_onboarding" as const;
        return (await stripe.accountLinks.create({ account, type, ...urls })).url;
      }),
    findAccount: (account) => told(() => find(stripe, account)),
  };
}

async function create(stripe: Stripe, { operatorId, country }: Asked): Promise<string | undefined> {
  const asked = {
    type: "express" as const,
    country,
    capabilities: { transfers: { requested: true } },
    metadata: { operator_id: operatorId },
  };
  const idempotencyKey = `payee:${operatorId}:${country}`;
  try {
    return (await stripe.accounts.create(asked, { idempotencyKey })).id;
  } catch (error) {
    const isRefused = error instanceof Stripe.errors.StripeInvalidRequestError;
    if (isRefused && error.param === "country") return undefined;
    throw error;
  }
}

async function find(stripe: Stripe, account: string): Promise<ConnectedAccount | undefined> {
  try {
    const { payouts_enabled, capabilities } = await stripe.accounts.retrieve(account);
    return { isPayable: payouts_enabled === true && capabilities?.transfers === "active" };
  } catch (error) {
    // Stripe answers 403 for an account that was taken away from us.
    if (error instanceof Stripe.errors.StripePermissionError) return undefined;
    const isMissing = error instanceof Stripe.errors.StripeInvalidRequestError;
    if (isMissing && error.statusCode === 404) return undefined;
    throw error;
  }
}

async function told<Result>(call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    const reason = error instanceof Error ? error.message : "no reason given";
    throw new ProviderDownError(`Stripe: ${reason}`, { cause: error });
  }
}
