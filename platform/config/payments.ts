import { placesOf } from "../../domain/money/currencies.js";
import {
  anything,
  isPlaceholder,
  list,
  oneOf,
  presence,
  readOrigin,
  text,
  variable,
} from "./environment.js";
import { isLoopbackHost, isSafeUrl } from "./plainHttp.js";
import { isProduction } from "./production.js";
import { combine, type Setting, setting } from "./settings.js";

/** Old and new secret side by side, while a provider changes from one to the other. */
const rotatingSecrets = list("the provider's signing secrets", (value) =>
  value === "" || isPlaceholder(value) ? undefined : value,
);

/** For several subjects. */
export const currencies = list("ISO 4217 currencies such as EUR", (code) =>
  placesOf(code) === undefined ? undefined : code,
);

/** Where a payment provider answers. In clear only on this machine, where a stand-in may be. */
const apiBase = variable("an https:// origin, or http:// on this machine", (value) => {
  const origin = readOrigin(value);
  return origin !== undefined && isSafeUrl(origin) ? origin : undefined;
});

/** A stand-in for GitHub, which has no test mode: the token goes to this machine or to GitHub. */
const graphqlUrl = variable("an http:// URL on this machine", (value) => {
  const { protocol, hostname = "" } = URL.canParse(value) ? new URL(value) : {};
  return protocol === "http:" && isLoopbackHost(hostname) ? value : undefined;
});

/** Others stay in suspense. */
export const allowedCurrencies = setting("ALLOWED_CURRENCIES", currencies.default(["EUR", "USD"]));

/** With this name PayPal's public simulator signs whatever anybody asks it to. */
const simulatorWebhookId = "WEBHOOK_ID";
const ownWebhookId = variable("the id of your own webhook", (id) =>
  id === simulatorWebhookId ? undefined : id,
);

/** Real money or none: a ledger is about one of them for ever. */
const live = combine(
  { isProduction, mode: setting("PAYMENTS_MODE", oneOf(["live", "test"]).optional()) },
  ({ isProduction: isReal, mode }) => (mode === undefined ? isReal : mode === "live"),
);

/** The provider's own address, or in test mode that of a stand-in: real credentials never go there. */
const reachedAt = <Name extends string>(
  standIn: Setting<string | undefined, Name>,
  own: (isLive: boolean) => string,
) =>
  combine({ standIn, live }, (given, complain) => {
    if (given.live && given.standIn !== undefined) {
      complain("standIn", "must not be set when PAYMENTS_MODE is live");
    }
    return given.standIn ?? own(given.live);
  });

/** Test and live never mix. */
const stripeApiKey = combine(
  { apiKey: setting("STRIPE_API_KEY", anything.optional()), live },
  (given, complain) => {
    const mode = given.live ? "live" : "test";
    if (given.apiKey !== undefined && !new RegExp(`^[sr]k_${mode}_`).test(given.apiKey)) {
      complain("apiKey", `must be a key of Stripe's ${mode} mode, as PAYMENTS_MODE says`);
    }
    return given.apiKey;
  },
);

const webhookId = setting("PAYPAL_WEBHOOK_ID", ownWebhookId.optional());
const clientSecret = setting("PAYPAL_CLIENT_SECRET", anything.optional());
const clientId = combine(
  { clientId: setting("PAYPAL_CLIENT_ID", anything.optional()), webhookId, clientSecret },
  (given, complain) => {
    if (new Set(Object.values(given).map((value) => value === undefined)).size > 1) {
      complain("clientId", "must be set together with the other PAYPAL_ settings");
    }
    return given.clientId;
  },
);

export const webhookSecrets = {
  github: setting("GITHUB_WEBHOOK_SECRET", rotatingSecrets.default([])),
  stripe: setting("STRIPE_WEBHOOK_SECRET", rotatingSecrets.default([])),
};

export const payments = {
  live,
  allowedCurrencies,
  stripe: {
    apiKey: stripeApiKey,
    apiBase: reachedAt(
      setting("STRIPE_API_BASE", apiBase.optional()),
      () => "https://api.stripe.com",
    ),
  },
  paypal: {
    clientId,
    webhookId,
    clientSecret,
    merchantId: setting("PAYPAL_MERCHANT_ID", anything.optional()),
    caFile: setting("PAYPAL_CA_FILE", text("the path of certificates in PEM").optional()),
    apiBase: reachedAt(
      setting("PAYPAL_API_BASE", apiBase.optional()),
      (isLive) => `https://api-m${isLive ? "" : ".sandbox"}.paypal.com`,
    ),
  },
  githubSponsorable: setting("GITHUB_SPONSORABLE", anything.optional()),
  github: {
    token: setting("GITHUB_TOKEN", anything.optional()),
    graphqlUrl: reachedAt(
      setting("GITHUB_GRAPHQL_URL", graphqlUrl.optional()),
      () => "https://api.github.com/graphql",
    ),
  },
};

/** For what says at the start which of them is missing, and holds none of them. */
export const githubSetUp = {
  hasSecret: setting("GITHUB_WEBHOOK_SECRET", presence),
  hasSponsorable: setting("GITHUB_SPONSORABLE", presence),
  hasToken: setting("GITHUB_TOKEN", presence),
};
