import { describe, expect, it } from "vitest";
import { openTlsAccess } from "../../eventstore/access/tlsAccess.js";
import {
  eventStoreTlsFolder,
  type Installation,
  planInstallation,
  withoutNode,
} from "../../scripts/supervisor/installation.js";
import { processTable } from "../../scripts/supervisor/processTable.js";
import { temporaryFolder } from "../support/temporaryFolder.js";

/** Every secret that an operator may set, and one that is none of ours. */
const given = {
  APP_SECRET: "a".repeat(32),
  JWT_SECRET: "j".repeat(32),
  SMTP_HOST: "127.0.0.1",
  SMTP_PASSWORD: "of the mail server",
  GITHUB_WEBHOOK_SECRET: "of GitHub's webhooks",
  STRIPE_WEBHOOK_SECRET: "of Stripe's webhooks",
  STRIPE_API_KEY: "sk_test_1",
  PAYPAL_CLIENT_ID: "the id of a client",
  PAYPAL_WEBHOOK_ID: "the id of a webhook",
  PAYPAL_CLIENT_SECRET: "of PayPal",
  GITHUB_TOKEN: "of GitHub",
  DISCORD_WEBHOOK_URL: "https://discord.com/api/webhooks/1/token",
  ALERT_DISCORD_WEBHOOK_URL: "https://discord.com/api/webhooks/2/token",
  AWS_SECRET_ACCESS_KEY: "of another program",
};
const named = /SECRET|PASSWORD|TOKEN|API_KEY|DISCORD|DATABASE_URL|REDIS_URL/;

const vaultAndStores = ["APP_SECRET", "DATABASE_URL", "REDIS_URL"];
const expected: Readonly<Record<string, readonly string[]>> = {
  mariaDb: [],
  redis: [],
  eventStore: [],
  // GitHub's to say which of them is missing: it ends before anything is served.
  initDb: ["APP_SECRET", "DATABASE_URL", "GITHUB_TOKEN", "GITHUB_WEBHOOK_SECRET"],
  api: [
    ...vaultAndStores,
    ...["GITHUB_WEBHOOK_SECRET", "JWT_SECRET", "PAYPAL_CLIENT_SECRET", "STRIPE_API_KEY"],
    "STRIPE_WEBHOOK_SECRET",
  ],
  projector: ["DATABASE_URL", "REDIS_URL"],
  workers: [
    ...vaultAndStores,
    ...["DISCORD_WEBHOOK_URL", "PAYPAL_CLIENT_SECRET", "SMTP_PASSWORD", "STRIPE_API_KEY"],
  ],
  scheduler: [...vaultAndStores, "ALERT_DISCORD_WEBHOOK_URL", "SMTP_PASSWORD"],
  gpuNode: [],
};

const rowsOf = (installation: Installation) => processTable(installation).map(({ spec }) => spec);

describe("the processes of npm start", () => {
  it("each get the secrets that they use, and no other", async () => {
    const installation = await planInstallation(temporaryFolder(), 8_000, given);
    const found = rowsOf(installation).map(({ name, environment }) => {
      const set = Object.entries(environment).filter(([, value]) => value !== undefined);
      return [
        name,
        set
          .map(([variable]) => variable)
          .filter((each) => named.test(each))
          .sort(),
      ];
    });
    const sorted = Object.entries(expected).map(([name, names]) => [name, [...names].sort()]);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(sorted));
  });

  it("show no secret on their command lines, which every user of the machine can read", async () => {
    const installation = await planInstallation(temporaryFolder(), 8_000, given);
    const lines = rowsOf(installation).flatMap(({ args, before }) => [
      ...args,
      ...(before?.args ?? []),
    ]);
    const own = [installation.own.mariaDb?.password, installation.own.redis?.password];
    for (const secret of [...own, ...Object.values(given)]) {
      if (secret !== given.SMTP_HOST) expect(lines.join(" ")).not.toContain(secret);
    }
  });

  it("are all but the node, where others make the audio", async () => {
    const installation = await planInstallation(temporaryFolder(), 8_000, given);
    const names = rowsOf(withoutNode(installation)).map(({ name }) => name);
    expect(names).toEqual(Object.keys(expected).filter((name) => name !== "gpuNode"));
  });

  it("include a store with TLS where nobody says who opens a connection", async () => {
    const dataDir = temporaryFolder();
    const installation = await planInstallation(dataDir, 8_000, given);
    const tls = await openTlsAccess(eventStoreTlsFolder(dataDir));
    const own = { ...installation.own, eventStore: { port: 2_113, tls } };
    const store = rowsOf({ ...installation, own }).find(({ name }) => name === "eventStore");
    expect(store?.args.join(" ")).toContain(`--tls ${eventStoreTlsFolder(dataDir)}`);
    expect(store?.args.join(" ")).not.toContain(tls.password);
  });
});
