import { isIP } from "node:net";
import { Decimal } from "decimal.js";
import { z } from "zod";
import { dailyGenerationLimitDefault } from "../../domain/limits.js";
import { placesOf } from "../../domain/money/currencies.js";
import { isDiscordWebhook } from "../discord.js";
import { logLevels } from "../process/log.js";
import {
  type Environment,
  isPlaceholder,
  list,
  oneOf,
  port,
  readEnvironment,
  readOrigin,
  secret,
  text,
  url,
  variable,
  wholeNumber,
} from "./environment.js";
import { eventStoreUrl } from "./eventStoreUrl.js";
import { apiBase, graphqlUrl } from "./providerUrls.js";

const daySeconds = 86_400;
const secretBytesMin = 32;

const cidr = list("IP addresses or CIDR blocks", (block) => {
  const [address = "", bits, ...rest] = block.split("/");
  const version = isIP(address);
  const bitsMax = version === 4 ? 32 : 128;
  const isBlock = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= bitsMax);
  return version !== 0 && isBlock && rest.length === 0 ? block : undefined;
});

/** "*" or origins. Credentials are never allowed across origins, so "*" opens nothing private. */
const origins = list("* or origins such as https://example.org", (origin) =>
  origin === "*" ? origin : readOrigin(origin),
);

/** Old and new secret side by side, while a provider changes from one to the other. */
const rotatingSecrets = list("the provider's signing secrets", (value) =>
  value === "" || isPlaceholder(value) ? undefined : value,
);

const currencies = list("ISO 4217 currencies such as EUR", (code) =>
  placesOf(code) === undefined ? undefined : code,
);

/** Real money or none: a ledger is about one of them for ever. */
const paymentModes = ["live", "test"] as const;

/** "generate=600/60": 600 calls in 60 s, in place of that limit's default. */
const rateLimits = list("limits such as generate=600/60 (calls/seconds)", (limit) => {
  const [, name, calls, seconds] = /^([a-z][a-zA-Z-]*)=(\d{1,9})\/(\d{1,6})$/.exec(limit) ?? [];
  if (name === undefined || Number(seconds) === 0) return undefined;
  return { name, calls: Number(calls), seconds: Number(seconds) };
});

/** Only Discord itself is ever called: whoever can set this must not make us call others. */
const discordWebhook = variable("the URL of a webhook of Discord", (value) =>
  isDiscordWebhook(value) ? value : undefined,
);

const anything = text("text");
const keyFile = text("the path of an Ed25519 key in PEM");

const share = variable("a share such as 0.75", (value) =>
  /^(0(\.\d{1,6})?|1(\.0{1,6})?)$/.test(value) ? new Decimal(value) : undefined,
);

/** Every variable of the server's processes, in the order of .env.example. */
export const serverVariables = z.object({
  APP_ENV: oneOf(["development", "test", "production"]).default("development"),
  APP_URL: variable("the server's public origin, such as https://example.org", readOrigin),
  APP_SECRET: secret(secretBytesMin),
  LEDGER_ORIGIN: anything.optional(),
  LOG_LEVEL: oneOf(logLevels).default("info"),

  HOST: anything.default("127.0.0.1"),
  PORT: port.default(8000),
  TRUST_PROXY: cidr.default([]),
  METRICS_HOST: anything.default("127.0.0.1"),
  METRICS_PORT: port.default(9464),
  CORS_ALLOWED_ORIGINS: origins.default([]),
  RATE_LIMITS: rateLimits.default([]),

  EVENTSTORE_URL: eventStoreUrl,
  DATABASE_URL: url("mysql").optional(),
  DB_HOST: anything.optional(),
  DB_PORT: port.default(3306),
  DB_NAME: anything.optional(),
  DB_USER: anything.optional(),
  DB_PASS: anything.optional(),
  REDIS_URL: url("redis", "rediss"),
  BLOB_URL: url("file", "s3"),

  JWT_SECRET: secret(secretBytesMin),
  JWT_EXPIRY: wholeNumber(60, daySeconds).default(daySeconds),
  JWT_REFRESH_EXPIRY: wholeNumber(60, 90 * daySeconds).default(7 * daySeconds),
  CERTIFICATE_KEY_FILE: keyFile,
  CHECKPOINT_KEY_FILE: keyFile,

  SMTP_HOST: text("the name of a mail server"),
  SMTP_PORT: port.default(587),
  SMTP_USERNAME: anything.optional(),
  SMTP_PASSWORD: anything.optional(),
  SMTP_ENCRYPTION: oneOf(["tls", "ssl", "none"]).default("tls"),
  SMTP_FROM_EMAIL: variable("an e-mail address", (value) =>
    z.email().safeParse(value).success ? value : undefined,
  ),
  SMTP_FROM_NAME: anything.default("OBSIDIAN"),

  DEFAULT_WORKER_SHARE: share.default(new Decimal("0.75")),
  PLATFORM_MAINTENANCE: share.default(new Decimal("0.15")),
  DEVELOPMENT_FUND: share.default(new Decimal("0.10")),
  DAILY_GENERATION_LIMIT: wholeNumber(1, 10_000).default(dailyGenerationLimitDefault),
  WORKER_MAX_IDLE_TIME: wholeNumber(30, daySeconds).default(300),
  WORKER_TIMEOUT: wholeNumber(30, daySeconds).default(300),

  GITHUB_WEBHOOK_SECRET: rotatingSecrets.default([]),
  STRIPE_WEBHOOK_SECRET: rotatingSecrets.default([]),
  STRIPE_API_KEY: anything.optional(),
  PAYPAL_WEBHOOK_ID: anything.optional(),
  PAYPAL_CLIENT_ID: anything.optional(),
  PAYPAL_CLIENT_SECRET: anything.optional(),
  PAYPAL_MERCHANT_ID: anything.optional(),
  PAYPAL_CA_FILE: text("the path of certificates in PEM").optional(),
  GITHUB_SPONSORABLE: anything.optional(),
  GITHUB_TOKEN: anything.optional(),
  PAYMENTS_MODE: oneOf(paymentModes).optional(),
  ALLOWED_CURRENCIES: currencies.default(["EUR", "USD"]),
  STRIPE_API_BASE: apiBase.optional(),
  PAYPAL_API_BASE: apiBase.optional(),
  GITHUB_GRAPHQL_URL: graphqlUrl.optional(),
  DISCORD_WEBHOOK_URL: discordWebhook.optional(),
});

type Variables = z.output<typeof serverVariables>;
type Complain = (name: keyof Variables, message: string) => void;

/** Rules about several variables at once. */
function checkTogether(variables: Variables, complain: Complain): void {
  const { DEFAULT_WORKER_SHARE, PLATFORM_MAINTENANCE, DEVELOPMENT_FUND } = variables;
  const sum = DEFAULT_WORKER_SHARE.plus(PLATFORM_MAINTENANCE).plus(DEVELOPMENT_FUND);
  if (!sum.equals(1)) {
    const names = "DEFAULT_WORKER_SHARE, PLATFORM_MAINTENANCE and DEVELOPMENT_FUND";
    complain("DEFAULT_WORKER_SHARE", `must be such that ${names} sum to exactly 1`);
  }
  if (databaseUrlOf(variables) === undefined) {
    complain("DATABASE_URL", "must be set, or DB_HOST, DB_NAME, DB_USER and DB_PASS in its place");
  }
  const { PAYPAL_WEBHOOK_ID, PAYPAL_CLIENT_ID, PAYPAL_CLIENT_SECRET } = variables;
  const paypal = [PAYPAL_WEBHOOK_ID, PAYPAL_CLIENT_ID, PAYPAL_CLIENT_SECRET];
  if (new Set(paypal.map((value) => value === undefined)).size > 1) {
    complain("PAYPAL_CLIENT_ID", "must be set together with the other PAYPAL_ settings");
  }
  checkPayments(variables, complain);
  if (variables.APP_ENV === "production") checkProduction(variables, complain);
}

const modeOf = ({ PAYMENTS_MODE, APP_ENV }: Variables): (typeof paymentModes)[number] =>
  PAYMENTS_MODE ?? (APP_ENV === "production" ? "live" : "test");

/** Test and live never mix, and real credentials never go to a stand-in. */
function checkPayments(variables: Variables, complain: Complain): void {
  const mode = modeOf(variables);
  const { STRIPE_API_KEY, PAYPAL_WEBHOOK_ID } = variables;
  if (STRIPE_API_KEY !== undefined && !new RegExp(`^[sr]k_${mode}_`).test(STRIPE_API_KEY)) {
    complain("STRIPE_API_KEY", `must be a key of Stripe's ${mode} mode, as PAYMENTS_MODE says`);
  }
  for (const name of ["STRIPE_API_BASE", "PAYPAL_API_BASE", "GITHUB_GRAPHQL_URL"] as const) {
    if (mode !== "live" || variables[name] === undefined) continue;
    complain(name, "must not be set when PAYMENTS_MODE is live");
  }
  // With this name PayPal's public simulator signs whatever anybody asks it to.
  if (PAYPAL_WEBHOOK_ID === "WEBHOOK_ID") {
    complain("PAYPAL_WEBHOOK_ID", "must be the id of your own webhook");
  }
}

function checkProduction(variables: Variables, complain: Complain): void {
  if (!variables.APP_URL.startsWith("https:")) {
    complain("APP_URL", "must start with https:// in production");
  }
  // Signed checkpoints carry this name for ever, so it can't be guessed from today's address.
  if (variables.LEDGER_ORIGIN === undefined) {
    complain("LEDGER_ORIGIN", "must be set in production, such as example.org/ledger");
  }
  const databaseUrl = databaseUrlOf(variables);
  const password = databaseUrl === undefined ? "" : new URL(databaseUrl).password;
  if (password === "" || isPlaceholder(decodeURIComponent(password))) {
    complain("DATABASE_URL", "must hold a password of your own in production");
  }
}

/** DATABASE_URL, or one made of the DB_ parts; undefined when neither is complete. */
function databaseUrlOf(variables: Variables): string | undefined {
  const { DATABASE_URL, DB_HOST, DB_PORT, DB_NAME, DB_USER, DB_PASS } = variables;
  if (DATABASE_URL !== undefined) return DATABASE_URL;
  if (DB_HOST === undefined || DB_NAME === undefined || DB_USER === undefined) return undefined;
  const login = [DB_USER, DB_PASS ?? ""].map(encodeURIComponent).join(":");
  return `mysql://${login}@${DB_HOST}:${DB_PORT}/${encodeURIComponent(DB_NAME)}`;
}

const serverConfig = serverVariables
  .superRefine((variables, context) => {
    checkTogether(variables, (name, message) => {
      context.addIssue({ code: "custom", path: [name], message });
    });
  })
  .transform((variables) => ({
    appEnv: variables.APP_ENV,
    /** An origin: scheme, host and port, no slash at the end. */
    appUrl: variables.APP_URL,
    /** Master key of the vault. */
    appSecret: variables.APP_SECRET,
    /** First line of every signed checkpoint; see C2SP tlog-checkpoint. */
    ledgerOrigin: variables.LEDGER_ORIGIN ?? `${new URL(variables.APP_URL).host}/ledger`,
    logLevel: variables.LOG_LEVEL,
    http: {
      host: variables.HOST,
      port: variables.PORT,
      trustProxy: variables.TRUST_PROXY,
      corsAllowedOrigins: variables.CORS_ALLOWED_ORIGINS,
      rateLimits: variables.RATE_LIMITS,
    },
    metrics: { host: variables.METRICS_HOST, port: variables.METRICS_PORT },
    eventStoreUrl: variables.EVENTSTORE_URL,
    databaseUrl: databaseUrlOf(variables) ?? "",
    redisUrl: variables.REDIS_URL,
    blobUrl: variables.BLOB_URL,
    tokens: {
      jwtSecret: variables.JWT_SECRET,
      accessSeconds: variables.JWT_EXPIRY,
      refreshSeconds: variables.JWT_REFRESH_EXPIRY,
    },
    keyFiles: {
      certificate: variables.CERTIFICATE_KEY_FILE,
      checkpoint: variables.CHECKPOINT_KEY_FILE,
    },
    mail: {
      host: variables.SMTP_HOST,
      port: variables.SMTP_PORT,
      username: variables.SMTP_USERNAME,
      password: variables.SMTP_PASSWORD,
      /** tls = STARTTLS is required, ssl = TLS from the first byte. */
      encryption: variables.SMTP_ENCRYPTION,
      fromEmail: variables.SMTP_FROM_EMAIL,
      fromName: variables.SMTP_FROM_NAME,
    },
    /** Decimals that sum to exactly 1. */
    shares: {
      workers: variables.DEFAULT_WORKER_SHARE,
      platform: variables.PLATFORM_MAINTENANCE,
      development: variables.DEVELOPMENT_FUND,
    },
    dailyGenerationLimit: variables.DAILY_GENERATION_LIMIT,
    nodes: {
      idleSecondsMax: variables.WORKER_MAX_IDLE_TIME,
      timeoutSeconds: variables.WORKER_TIMEOUT,
    },
    webhookSecrets: {
      github: variables.GITHUB_WEBHOOK_SECRET,
      stripe: variables.STRIPE_WEBHOOK_SECRET,
    },
    payments: {
      live: modeOf(variables) === "live",
      allowedCurrencies: variables.ALLOWED_CURRENCIES,
      githubSponsorable: variables.GITHUB_SPONSORABLE,
      github: {
        token: variables.GITHUB_TOKEN,
        graphqlUrl: variables.GITHUB_GRAPHQL_URL ?? "https://api.github.com/graphql",
      },
      stripe: {
        apiKey: variables.STRIPE_API_KEY,
        apiBase: variables.STRIPE_API_BASE ?? "https://api.stripe.com",
      },
      paypal: {
        webhookId: variables.PAYPAL_WEBHOOK_ID,
        clientId: variables.PAYPAL_CLIENT_ID,
        clientSecret: variables.PAYPAL_CLIENT_SECRET,
        merchantId: variables.PAYPAL_MERCHANT_ID,
        caFile: variables.PAYPAL_CA_FILE,
        apiBase:
          variables.PAYPAL_API_BASE ??
          `https://api-m${modeOf(variables) === "live" ? "" : ".sandbox"}.paypal.com`,
      },
    },
    discordWebhookUrl: variables.DISCORD_WEBHOOK_URL,
  }))
  .readonly();

export const readServerConfig = (environment: Environment) =>
  readEnvironment(serverConfig, environment);
