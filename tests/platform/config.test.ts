import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  loadConfig,
  loadConfigOf,
  loadNodeConfig,
  unusedSettingsNotice,
} from "../../platform/config/config.js";
import { halfSetUp, halfSetUpGithub, halfSetUpMail } from "../../platform/config/halfSetUp.js";
import { nodeSettings } from "../../platform/config/nodeSettings.js";
import { rateLimitNames } from "../../platform/config/rateLimits.js";
import { passwordOf } from "../../platform/config/secrets.js";
import { serverSettings } from "../../platform/config/serverSettings.js";
import { namesOf } from "../../platform/config/settings.js";
import { unusedByServer } from "../../platform/config/unused.js";
import { completeEnvironment as complete } from "../support/completeEnvironment.js";

const random = (): string => randomBytes(32).toString("base64");
const password = (): string => randomBytes(12).toString("hex");
const production = {
  ...complete,
  APP_ENV: "production",
  APP_URL: "https://example.org",
  APP_SECRET: random(),
  JWT_SECRET: random(),
  EVENTSTORE_URL: `esdb://obsidian:${password()}@a.example.org:2113`,
  DATABASE_URL: `mysql://obsidian:${password()}@db/obsidian`,
  REDIS_URL: `redis://:${password()}@redis:6379`,
};

/** The lines of complaint about a complete environment with these changes. */
function mistakes(changes: Record<string, string | undefined>, base = complete): string[] {
  try {
    loadConfig({ ...base, ...changes });
    return [];
  } catch (error) {
    const lines = error instanceof Error ? error.message.split("\n").slice(1) : [];
    return lines.map((line) => line.trim());
  }
}

describe("what is set up by half", () => {
  const said = (changes: Record<string, string>) => {
    const config = loadConfig({ ...complete, PAYMENTS_MODE: "test", ...changes });
    const { githubSetUp } = loadConfigOf("initDb", { ...complete, ...changes });
    const later = [...halfSetUpMail(config.mail), ...halfSetUpGithub(githubSetUp)];
    return [...halfSetUp(config), ...later];
  };
  const paypal = {
    PAYPAL_CLIENT_ID: "c",
    PAYPAL_CLIENT_SECRET: "s",
    PAYPAL_WEBHOOK_ID: "W",
    PAYPAL_MERCHANT_ID: "M",
  };

  it.each([
    ["STRIPE_WEBHOOK_SECRET", "STRIPE_API_KEY", { STRIPE_WEBHOOK_SECRET: "whsec_1" }],
    ["STRIPE_API_KEY", "STRIPE_WEBHOOK_SECRET", { STRIPE_API_KEY: "sk_test_1" }],
    ["PAYPAL_MERCHANT_ID", "PAYPAL_CLIENT_ID", { PAYPAL_MERCHANT_ID: "M" }],
    ["PAYPAL_CA_FILE", "PAYPAL_CLIENT_ID", { PAYPAL_CA_FILE: "/ca.pem" }],
    ["GITHUB_SPONSORABLE", "GITHUB_WEBHOOK_SECRET", { GITHUB_SPONSORABLE: "us" }],
    [
      "GITHUB_WEBHOOK_SECRET",
      "GITHUB_SPONSORABLE",
      { GITHUB_WEBHOOK_SECRET: "s3", GITHUB_TOKEN: "t" },
      "GITHUB_TOKEN is set without GITHUB_SPONSORABLE: ",
    ],
    [
      "GITHUB_WEBHOOK_SECRET",
      "GITHUB_TOKEN",
      { GITHUB_WEBHOOK_SECRET: "s3", GITHUB_SPONSORABLE: "us" },
    ],
    ["GITHUB_TOKEN", "GITHUB_SPONSORABLE", { GITHUB_TOKEN: "t" }],
    ["SMTP_USERNAME", "its counterpart", { SMTP_USERNAME: "us" }],
    ["SMTP_PASSWORD", "its counterpart", { SMTP_PASSWORD: "s4" }],
  ])("is said in one sentence: %s without %s", (name, other, changes, further?: string) => {
    const sentences = said(changes);
    expect(sentences).toHaveLength(further === undefined ? 1 : 2);
    if (further !== undefined) expect(sentences[1]).toContain(further);
    expect(sentences[0]).toContain(`${name} is set without ${other}: `);
    for (const value of Object.values(changes)) expect(sentences[0]).not.toContain(`"${value}"`);
  });

  it("is nothing of what is whole, or off", () => {
    expect(said({})).toEqual([]);
    const stripe = { STRIPE_WEBHOOK_SECRET: "whsec_1", STRIPE_API_KEY: "sk_test_1" };
    const github = {
      ...{ GITHUB_WEBHOOK_SECRET: "s3", GITHUB_SPONSORABLE: "us", GITHUB_TOKEN: "t" },
    };
    const mail = { SMTP_USERNAME: "us", SMTP_PASSWORD: "s4" };
    expect(said({ ...stripe, ...github, ...paypal, ...mail })).toEqual([]);
  });
});

describe("the server's settings", () => {
  it("are read from a complete environment, with defaults for the rest", () => {
    const config = loadConfig(complete);
    expect(config.http).toMatchObject({ host: "127.0.0.1", port: 8000, trustProxy: [] });
    expect(config.tokens).toMatchObject({ accessSeconds: 86_400, refreshSeconds: 604_800 });
    expect(config.dailyGenerationLimit).toBe(25);
  });

  it("take lists apart", () => {
    const config = loadConfig({
      ...complete,
      TRUST_PROXY: "10.0.0.0/8, ::1",
      CORS_ALLOWED_ORIGINS: "https://a.example, https://b.example:8443/",
      STRIPE_WEBHOOK_SECRET: "whsec_old,whsec_new",
      RATE_LIMITS: "generate=600/60,sign-in=20/900",
    });
    expect(config.http.trustProxy).toEqual(["10.0.0.0/8", "::1"]);
    expect(config.http.corsAllowedOrigins).toEqual(["https://a.example", "https://b.example:8443"]);
    expect(config.webhookSecrets.stripe).toEqual(["whsec_old", "whsec_new"]);
    expect(config.http.rateLimits).toEqual([
      { name: "generate", calls: 600, seconds: 60 },
      { name: "sign-in", calls: 20, seconds: 900 },
    ]);
  });

  it("make the database's URL from its parts, whatever is in the password", () => {
    const parts = { DB_HOST: "db", DB_NAME: "obsidian", DB_USER: "o", DB_PASS: "p@ss:/word" };
    const { databaseUrl } = loadConfig({ ...complete, DATABASE_URL: "", ...parts });
    expect(new URL(databaseUrl).host).toBe("db:3306");
    expect(decodeURIComponent(new URL(databaseUrl).password)).toBe("p@ss:/word");
  });

  it.each([
    ["PORT", "eight"],
    ["PORT", "65536"],
    ["PORT", "0x10"],
    ["APP_ENV", "staging"],
    ["APP_URL", "my-host"],
    ["APP_URL", "https://my-host.net/path"],
    ["APP_SECRET", "short"],
    ["JWT_SECRET", "your-jwt-secret-key-that-is-quite-long"],
    ["JWT_EXPIRY", "-1"],
    ["TRUST_PROXY", "10.0.0.0/33"],
    ["TRUST_PROXY", "proxy.example"],
    ["TRUST_PROXY", "0.0.0.0/0"],
    ["TRUST_PROXY", "0.0.0.0/1,128.0.0.0/1"],
    ["TRUST_PROXY", "::/0"],
    ["TRUST_PROXY", "::ffff:0:0/96"],
    ["TRUST_PROXY", "0:0:0:0:0:ffff:0.0.0.0/97"],
    ["TRUST_PROXY", "2000::/3"],
    ["EVENTSTORE_INSECURE", "true"],
    ["SMTP_INSECURE", "1"],
    ["CORS_ALLOWED_ORIGINS", "https://a.example,nonsense"],
    ["RATE_LIMITS", "generate=777"],
    ["RATE_LIMITS", "generate=777/0"],
    ["RATE_LIMITS", "generate=777/60,login=20/900"],
    ["RATE_LIMITS", "signin=1/60"],
    ["EVENTSTORE_URL", "http://127.0.0.1:2113"],
    ["DATABASE_URL", "postgres://127.0.0.1/obsidian"],
    ["REDIS_URL", "127.0.0.1:6379"],
    ["BLOB_URL", "/var/lib/blobs"],
    ["BLOB_URL", "s3://bucket/prefix"],
    ["SMTP_ENCRYPTION", "maybe"],
    ["SMTP_FROM_EMAIL", "nobody"],
    ["DEFAULT_WORKER_SHARE", "75%"],
    ["DAILY_GENERATION_LIMIT", "99999"],
    ["GITHUB_WEBHOOK_SECRET", "your-github-webhook-secret"],
    ["STRIPE_WEBHOOK_SECRET", "whsec_your-stripe-webhook-secret"],
    ["DISCORD_WEBHOOK_URL", "http://discord.example/hook"],
    ["ALERT_EMAIL", "nobody"],
    ["ALERT_DISCORD_WEBHOOK_URL", "http://discord.example/hook"],
    ["LOG_LEVEL", "loud"],
  ])("refuse a wrong %s in one line that does not repeat it", (name, value) => {
    const lines = mistakes({ [name]: value });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(new RegExp(`^${name} must be .+\\.$`));
    expect(lines[0]).not.toContain(value);
  });

  it("name the limits there are to whoever names another", () => {
    const [line] = mistakes({ RATE_LIMITS: "login=20/900" });
    for (const name of rateLimitNames) expect(line).toMatch(new RegExp(`[ ,]${name}\\b`));
  });

  it("name everything that is missing at once", () => {
    const lines = mistakes({ APP_SECRET: undefined, REDIS_URL: "", SMTP_HOST: undefined });
    expect(lines).toEqual([
      "APP_SECRET is not set: it must be a secret of your own of at least 32 bytes.",
      "REDIS_URL is not set: it must be a URL that starts with redis:// or rediss://.",
      "SMTP_HOST is not set: it must be the name of a mail server.",
    ]);
  });

  it.each([
    ["0.75", "0.15", "0.11"],
    ["0.75", "0.15", "0.09999"],
  ])("refuse shares that do not sum to exactly 1: %s %s %s", (...shares) => {
    const [DEFAULT_WORKER_SHARE, PLATFORM_MAINTENANCE, DEVELOPMENT_FUND] = shares;
    const lines = mistakes({ DEFAULT_WORKER_SHARE, PLATFORM_MAINTENANCE, DEVELOPMENT_FUND });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain("sum to exactly 1");
  });

  it("accept shares that binary fractions would not sum", () => {
    expect(
      mistakes({
        DEFAULT_WORKER_SHARE: "0.7",
        PLATFORM_MAINTENANCE: "0.1",
        DEVELOPMENT_FUND: "0.2",
      }),
    ).toEqual([]);
  });

  it("that nothing uses are named once at the start, and not by their values", () => {
    expect(unusedSettingsNotice(complete)).toBeUndefined();
    const set = {
      ...complete,
      WORKER_TIMEOUT: "300",
      WORKER_MAX_IDLE_TIME: "",
    };
    expect(unusedSettingsNotice(set)).toBe("Set, but used by nothing yet: WORKER_TIMEOUT.");
  });

  it("want a database by URL or by parts", () => {
    expect(mistakes({ DATABASE_URL: undefined, DB_HOST: "db" })).toEqual([
      "DATABASE_URL is not set: it must be set, or DB_HOST, DB_NAME, DB_USER and DB_PASS in its place.",
    ]);
  });

  it.each([
    ["STRIPE_API_KEY", "sk_live_1", "must be a key of Stripe's test mode"],
    ["STRIPE_API_BASE", "http://stripe.example", "must be an https:// origin"],
    ["PAYPAL_API_BASE", "http://127.0.0.1.example.org", "must be an https:// origin"],
    ["STRIPE_API_BASE", "http://127.example.org", "must be an https:// origin"],
    ["STRIPE_API_BASE", "http://10.0.0.1", "must be an https:// origin"],
    [
      "GITHUB_GRAPHQL_URL",
      "http://github.example/graphql",
      "must be an http:// URL on this machine",
    ],
    ["ALLOWED_CURRENCIES", "EUR,XXX", "must be ISO 4217 currencies"],
    ["PAYMENTS_MODE", "both", "must be one of live, test"],
  ])("refuse %s as %s, so that test and live never mix", (name, value, reason) => {
    const lines = mistakes({ [name]: value });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`${name} ${reason}`);
  });

  it("send live credentials nowhere but to the provider", () => {
    const live = { PAYMENTS_MODE: "live", STRIPE_API_KEY: "sk_live_1" };
    expect(mistakes(live)).toEqual([]);
    expect(mistakes({ ...live, STRIPE_API_KEY: "rk_test_1" })).toHaveLength(1);
    for (const name of ["STRIPE_API_BASE", "PAYPAL_API_BASE", "GITHUB_GRAPHQL_URL"]) {
      expect(mistakes({ ...live, [name]: "http://127.0.0.1:1" })[0]).toContain(name);
    }
    expect(loadConfig({ ...complete, ...live }).payments).toMatchObject({
      live: true,
      paypal: { apiBase: "https://api-m.paypal.com" },
    });
    expect(loadConfig(complete).payments).toMatchObject({
      live: false,
      allowedCurrencies: ["EUR", "USD"],
      paypal: { apiBase: "https://api-m.sandbox.paypal.com" },
    });
  });

  it("refuse the webhook id under which PayPal's simulator signs for anybody", () => {
    const lines = mistakes({
      PAYPAL_WEBHOOK_ID: "WEBHOOK_ID",
      PAYPAL_CLIENT_ID: "id",
      PAYPAL_CLIENT_SECRET: "of my own",
    });
    expect(lines).toEqual(["PAYPAL_WEBHOOK_ID must be the id of your own webhook."]);
  });

  it("want all of PayPal's settings or none", () => {
    expect(mistakes({ PAYPAL_WEBHOOK_ID: "id" })).toHaveLength(1);
  });
});

describe("in production", () => {
  const byNodeEnv = { ...production, APP_ENV: "", NODE_ENV: "production" };

  it("a complete environment is accepted", () => {
    expect(mistakes({}, production)).toEqual([]);
  });

  it.each([
    ["APP_SECRET", undefined],
    ["JWT_SECRET", undefined],
    ["APP_URL", "http://example.org"],
    ["DATABASE_URL", "mysql://obsidian@db/obsidian"],
    ["DATABASE_URL", "mysql://obsidian:your-secure-password@db/obsidian"],
    ["DATABASE_URL", "mysql://obsidian:obsidian@db/obsidian"],
    ["REDIS_URL", "redis://redis:6379"],
    ["REDIS_URL", "rediss://:aaaaaaaaaaaaaaaa@redis:6379"],
    ["EVENTSTORE_URL", "esdb://127.0.0.1:2113?tls=false"],
    ["EVENTSTORE_URL", "esdb://a:2113,b:2113?nodePreference=leader&tls=false"],
    ["EVENTSTORE_URL", "esdb://admin:changeit@a:2113"],
    ["EVENTSTORE_URL", "esdb://admin:changeit@a:2113,b:2113"],
    ["SMTP_ENCRYPTION", "none"],
    ["APP_SECRET", "a".repeat(64)],
    ["APP_SECRET", "0123456789abcdef".repeat(4)],
    ["APP_SECRET", "obsidian".repeat(5)],
    ["JWT_SECRET", "abcdefghijklmnopqrstuvwxyz0123456789"],
    ["JWT_SECRET", production.APP_SECRET],
    ["GITHUB_WEBHOOK_SECRET", `one of its own,${production.JWT_SECRET}`],
    ["SMTP_PASSWORD", passwordOf(production.EVENTSTORE_URL)],
  ])("%s as %s stops the start", (name, value) => {
    for (const environment of [production, byNodeEnv]) {
      const lines = mistakes({ SMTP_HOST: "smtp.example.org", [name]: value }, environment);
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatch(new RegExp(`^${name} `));
      if (value !== undefined) expect(lines[0]).not.toContain(value);
    }
  });

  it("NODE_ENV stands for APP_ENV, which wins", () => {
    expect(mistakes({ JWT_SECRET: complete.JWT_SECRET }, byNodeEnv)).toHaveLength(1);
    expect(mistakes({ NODE_ENV: "production", APP_ENV: "development" })).toEqual([]);
  });

  it("what is not encrypted is accepted from who says so, and on this machine", () => {
    const open = { EVENTSTORE_URL: "esdb://store:2113?tls=false", SMTP_ENCRYPTION: "none" };
    const said = { EVENTSTORE_INSECURE: "yes", SMTP_INSECURE: "yes", SMTP_HOST: "relay" };
    expect(mistakes({ ...open, ...said }, production)).toEqual([]);
    expect(mistakes({ SMTP_ENCRYPTION: "none", SMTP_HOST: "localhost" }, production)).toEqual([]);
  });

  it("a password counts whole, whatever is in it", () => {
    const REDIS_URL = `redis://:@:${password()}@redis:6379`;
    const DATABASE_URL = `mysql://o:${encodeURIComponent(`p@ss:/%${password()}`)}@db/obsidian`;
    expect(mistakes({ REDIS_URL, DATABASE_URL }, production)).toEqual([]);
  });

  it("the password of a database that DATABASE_URL repeats is no second one", () => {
    const DB_PASS = passwordOf(production.DATABASE_URL);
    expect(mistakes({ DB_PASS }, production)).toEqual([]);
    expect(mistakes({ DB_PASS, REDIS_URL: `redis://:${DB_PASS}@redis` }, production)).toEqual([
      "REDIS_URL must differ from DATABASE_URL.",
    ]);
  });

  it("random secrets of every usual form are accepted", () => {
    for (const form of ["hex", "base64", "base64url"] as const) {
      for (let number = 0; number < 200; number += 1) {
        const APP_SECRET = randomBytes(form === "hex" ? 16 : 32).toString(form);
        expect(mistakes({ APP_SECRET }, production)).toEqual([]);
      }
    }
  });
});

describe("a node's settings", () => {
  it("need nothing at all", () => {
    expect(loadNodeConfig({})).toMatchObject({
      serverUrl: "http://localhost:8000",
      host: "127.0.0.1",
      port: 8001,
      engine: "synth",
      limits: { audioSecondsMax: 30, sampleRateMax: 192_000 },
    });
  });

  it("accept the server under its older name", () => {
    expect(loadNodeConfig({ CENTRAL_SERVER_URL: "https://old.example" }).serverUrl).toBe(
      "https://old.example",
    );
  });

  it("sign for the address they call, unless the server has another name", () => {
    expect(loadNodeConfig({}).serverOrigin).toBe("http://localhost:8000");
    const named = {
      OBSIDIAN_SERVER_URL: "http://api",
      OBSIDIAN_SERVER_INSECURE: "yes",
      OBSIDIAN_SERVER_ORIGIN: "https://a.example",
    };
    expect(loadNodeConfig(named).serverOrigin).toBe("https://a.example");
  });

  it.each([
    "https://example.org",
    "http://127.0.0.1:8000",
    "http://[::1]:8000",
    "http://localhost:8000",
  ])("accept %s as a server", (OBSIDIAN_SERVER_URL) => {
    expect(loadNodeConfig({ OBSIDIAN_SERVER_URL }).serverUrl).toBe(OBSIDIAN_SERVER_URL);
  });

  it.each(["http://api:8000", "http://192.168.1.5:8000", "http://10.0.0.1", "http://[fd00::1]"])(
    "accept %s only from who says that it may be read on the way",
    (OBSIDIAN_SERVER_URL) => {
      const said = { OBSIDIAN_SERVER_URL, OBSIDIAN_SERVER_INSECURE: "yes" };
      expect(loadNodeConfig(said).serverUrl).toBe(OBSIDIAN_SERVER_URL);
      expect(() => loadNodeConfig({ OBSIDIAN_SERVER_URL })).toThrow(
        "OBSIDIAN_SERVER_URL must start with https://, unless OBSIDIAN_SERVER_INSECURE is yes",
      );
    },
  );

  it.each(["http://example.org", "http://127.example.org", "http://8.8.8.8", "http://[2a00::1]"])(
    "refuse to talk in clear over the internet, to %s",
    (OBSIDIAN_SERVER_URL) => {
      const said = { OBSIDIAN_SERVER_URL, OBSIDIAN_SERVER_INSECURE: "yes" };
      expect(() => loadNodeConfig(said)).toThrow("OBSIDIAN_SERVER_URL must be");
    },
  );

  it("refuse what is no enrolment token, and do not show it", () => {
    const typed = { ENROLMENT_TOKEN: "obsidian_enrol_typed-by-hand" };
    expect(() => loadNodeConfig(typed)).toThrow(/ENROLMENT_TOKEN must be/);
    expect(() => loadNodeConfig(typed)).not.toThrow(/typed/);
  });

  it("refuse stems and rates that do not exist", () => {
    const limits = { NODE_STEMS: "drums,violin", NODE_MAX_SAMPLE_RATE: "44000" };
    expect(() => loadNodeConfig(limits)).toThrow(/NODE_MAX_SAMPLE_RATE must.*\n.*NODE_STEMS must/);
  });
});

describe(".env.example", () => {
  const text = readFileSync(".env.example", "utf8");
  const namedIn = (part: string) =>
    [...part.matchAll(/^#? ?([A-Z][A-Z_]+)=/gm)].map(([, name = ""]) => name);
  const [used = "", unused = ""] = text.split("# --- Used by nothing yet");

  it("describes exactly the variables that are read, in their order", () => {
    expect(namedIn(used)).toEqual(namesOf({ serverSettings, nodeSettings }));
    expect(namedIn(unused)).toEqual(namesOf({ unusedByServer }));
  });

  it("holds no secret that anybody could mistake for one of their own", () => {
    expect(text).not.toMatch(/^(?!#).*(SECRET|PASS|PASSWORD|TOKEN|_KEY)=\S/m);
  });
});
