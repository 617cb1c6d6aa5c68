import type {
  githubSetUp,
  payments as paymentSettings,
  webhookSecrets as secretSettings,
} from "./payments.js";
import type { Read } from "./settings.js";

type Payments = Omit<Read<typeof paymentSettings>, "github">;

interface SetUp {
  readonly payments: Payments;
  readonly webhookSecrets: Read<typeof secretSettings>;
}

/** What is set up by half, each in one sentence with what it costs. Nothing of it is a mistake by itself. */
export function halfSetUp({ payments, webhookSecrets }: SetUp): string[] {
  const { stripe, paypal, githubSponsorable } = payments;
  const [hasStripeSecret, hasGithubSecret] = [
    webhookSecrets.stripe.length > 0,
    webhookSecrets.github.length > 0,
  ];
  const hasStripeKey = stripe.apiKey !== undefined;
  const isPaypalOn = paypal.clientId !== undefined;
  const halves: readonly (readonly [boolean, string])[] = [
    [
      hasStripeSecret && !hasStripeKey,
      "STRIPE_WEBHOOK_SECRET is set without STRIPE_API_KEY: no fee is looked up, so nothing settles.",
    ],
    [
      hasStripeKey && !hasStripeSecret,
      "STRIPE_API_KEY is set without STRIPE_WEBHOOK_SECRET: donors can pay, and no payment is recorded.",
    ],
    [
      paypal.merchantId !== undefined && !isPaypalOn,
      "PAYPAL_MERCHANT_ID is set without PAYPAL_CLIENT_ID: PayPal is off, and its webhooks are refused.",
    ],
    [
      paypal.caFile !== undefined && !isPaypalOn,
      "PAYPAL_CA_FILE is set without PAYPAL_CLIENT_ID: PayPal is off, and its webhooks are refused.",
    ],
    [
      githubSponsorable !== undefined && !hasGithubSecret,
      "GITHUB_SPONSORABLE is set without GITHUB_WEBHOOK_SECRET: no sponsorship is recorded.",
    ],
    [
      hasGithubSecret && githubSponsorable === undefined,
      "GITHUB_WEBHOOK_SECRET is set without GITHUB_SPONSORABLE: sponsors of any account count that has this secret.",
    ],
  ];
  return halves.flatMap(([isHalf, sentence]) => (isHalf ? [sentence] : []));
}

/** The same of what only `npm run reconcile` uses: GitHub sends no webhook a second time by itself. */
export const halfSetUpGithub = ({
  hasSecret,
  hasSponsorable,
  hasToken,
}: Read<typeof githubSetUp>): string[] => [
  ...(hasSecret && !hasToken
    ? [
        "GITHUB_WEBHOOK_SECRET is set without GITHUB_TOKEN: npm run reconcile can't find sponsorships whose webhook got lost.",
      ]
    : []),
  ...(hasToken && !hasSponsorable
    ? [
        "GITHUB_TOKEN is set without GITHUB_SPONSORABLE: npm run reconcile does not know whose sponsors to ask for.",
      ]
    : []),
];

/** The same of mail. */
export const halfSetUpMail = ({
  username,
  password,
}: {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}): string[] =>
  (username === undefined) === (password === undefined)
    ? []
    : [
        `${username === undefined ? "SMTP_PASSWORD" : "SMTP_USERNAME"} is set without its counterpart: we don't sign in, and most servers then send no mail.`,
      ];
