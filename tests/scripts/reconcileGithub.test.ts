import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bookFact } from "../../commands/donation/bookFact.js";
import { translateGithub } from "../../domain/providers/github.js";
import { newId } from "../../platform/ids.js";
import { listDonationsBy } from "../../projections/donations/queries.js";
import { listBalances } from "../../projections/entries/queries.js";
import { githubToken, startGithubStub } from "../support/githubStub.js";
import * as p from "../support/providerEvents.js";
import { runTool } from "../support/toolEnvironment.js";
import { openProjectedWorld, type ProjectedWorld } from "../support/world.js";

let world: ProjectedWorld;
let github: Awaited<ReturnType<typeof startGithubStub>>;
beforeAll(async () => {
  world = await openProjectedWorld();
  github = await startGithubStub("obsidian");
});
afterAll(async () => {
  await github.close();
  await world.close();
});

/** Each run of the command is a process of its own, which a busy machine starts slowly. */
const timeoutMs = 180_000;

const daysAgo = (days: number): string =>
  `${new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 19)}Z`;
/** The same time as GitHub's webhooks and exports may spell it. */
const inOtherWords = (time: string): string => time.replace("Z", "+00:00");
const inExport = (time: string): string => time.replace("T", " ").replace("Z", " +0000");

interface Begun {
  readonly id: string;
  readonly login: string;
  readonly at: string;
  readonly cents?: number;
}

const sponsorOf = ({ login }: Begun) => ({ login, databaseId: login.length });

function activity(begun: Begun): void {
  const { id, at, cents = 500 } = begun;
  github.putActivity({
    ...{ id: `SA_${id}`, action: "NEW_SPONSORSHIP", timestamp: at, paymentSource: "GITHUB" },
    sponsorsTier: { id: `ST_${cents}`, monthlyPriceInCents: cents, isOneTime: false },
    sponsor: sponsorOf(begun),
  });
  github.putSponsorship({
    ...{ id, createdAt: at, isActive: false, isOneTimePayment: false, privacyLevel: "PUBLIC" },
    sponsorEntity: sponsorOf(begun),
  });
}

/** What its `created` webhook tells, booked as the worker books it. */
async function reportByWebhook({ id, login, at, cents = 500 }: Begun): Promise<void> {
  const body = p.sponsorship(id, "created", { cents });
  const sponsor = { login, id: login.length, type: "User" };
  const sponsorship = { ...body.sponsorship, created_at: inOtherWords(at), sponsor };
  const context = { sponsorable: "obsidian", receivedAt: new Date(at).toISOString() };
  const translation = translateGithub({ ...body, sponsorship }, context);
  if (translation.kind !== "facts") throw new Error("The webhook is not understood.");
  for (const fact of translation.facts) {
    const booking = { provider: "github" as const, fact, allowedCurrencies: new Set(["USD"]) };
    await bookFact(world.ledger, booking, { at: context.receivedAt, correlationId: newId() });
  }
  await world.caughtUp();
}

async function importRows(...rows: readonly (Begun & { charge: string; dollars: string })[]) {
  const header =
    "Sponsor Handle,Sponsorship Started On,Is Public?,Transaction ID,Processed Amount,Status,Transaction Date";
  const lines = rows.map(({ login, at, charge, dollars }) =>
    [login, inExport(at), "true", charge, dollars, "settled", inExport(at)].join(","),
  );
  const file = join(world.folder, "github.csv");
  writeFileSync(file, `${[header, ...lines].join("\n")}\n`);
  const answer = await runTool(world, "importDonations", [file, "--apply", "--json"]);
  await world.caughtUp();
  return answer.json.counts;
}

async function reconcile(args: readonly string[] = [], token = githubToken) {
  const settings = {
    PAYMENTS_MODE: "test",
    GITHUB_TOKEN: token,
    GITHUB_GRAPHQL_URL: github.url,
    GITHUB_SPONSORABLE: "Obsidian",
  };
  const given = ["--provider", "github", "--json", ...args];
  const answer = await runTool(world, "reconcile", given, settings);
  await world.caughtUp();
  return answer;
}
const income = async () =>
  (await listBalances(world.readDb)).find(({ account }) => account === "income:donations:github")
    ?.balance.amount;

const ana: Begun = { id: "S_ana", login: "ana", at: daysAgo(20) };
const bruno: Begun = { id: "S_bruno", login: "bruno", at: daysAgo(12), cents: 700 };
const carol: Begun = { id: "S_caroline", login: "caroline", at: daysAgo(9) };

describe("reconcile with GitHub", { timeout: timeoutMs }, () => {
  it("counts a webhook, its activity and its row of the export once", async () => {
    activity(ana);
    await reportByWebhook(ana);
    const row = { ...ana, charge: "ch_ana", dollars: "$4.52" };
    expect(await importRows(row)).toMatchObject({ settles: 1, new: 0 });
    const same = await reconcile(["--repair"]);
    expect(same).toMatchObject({ code: 0, json: { compared: 1, differences: [], repaired: 0 } });
    expect(await listDonationsBy(world.readDb, "github")).toHaveLength(1);
    expect(await income()).toBe("-4.52");
  });

  it("counts a row of the export and its activity once, though no webhook came", async () => {
    activity(bruno);
    const row = { ...bruno, charge: "ch_bruno", dollars: "$7.00" };
    expect(await importRows(row)).toMatchObject({ settles: 0, new: 1 });
    const same = await reconcile(["--repair"]);
    expect(same).toMatchObject({ code: 0, json: { compared: 2, differences: [], repaired: 0 } });
    expect(await income()).toBe("-11.52");
  });

  it("books a beginning that nobody reported, once, whatever reports it later", async () => {
    activity(carol);
    const before = await world.store.lastPosition();
    const shown = await reconcile();
    expect(shown.code).toBe(1);
    expect(shown.json.differences).toMatchObject([{ kind: "missing", fact: { kind: "received" } }]);
    expect(await world.store.lastPosition()).toBe(before);

    expect(await reconcile(["--repair"])).toMatchObject({ code: 0, json: { repaired: 1 } });
    expect(await income()).toBe("-16.52");
    const after = await world.store.lastPosition();
    const again = await reconcile(["--repair"]);
    expect(again).toMatchObject({ code: 0, json: { differences: [], repaired: 0 } });
    await reportByWebhook(carol);
    expect(await world.store.lastPosition()).toBe(after);
    const row = { ...carol, charge: "ch_carol", dollars: "$5.00" };
    expect(await importRows(row)).toMatchObject({ settles: 1, new: 0 });
    expect(await income()).toBe("-16.52");
    // Three activities and all sponsorships, of whom none is active any more, come in pages of two.
    expect(github.requests.at(-1)?.variables.after).toBe("2");
  });

  it("never repairs by itself what is unsure, and names what only the ledger has", async () => {
    const young: Begun = { id: "S_young", login: "young-one", at: daysAgo(1) };
    const partly: Begun = { id: "S_partly", login: "partly", at: daysAgo(8) };
    activity(young);
    activity(partly);
    await importRows({ ...partly, charge: "ch_partly", dollars: "$2.10" });
    github.putActivity({
      ...{ id: "SA_back", action: "REFUND", timestamp: daysAgo(2), sponsor: sponsorOf(ana) },
      sponsorsTier: null,
    });
    await reportByWebhook({ id: "S_invented", login: "nobody-there", at: daysAgo(7) });
    const before = await world.store.lastPosition();
    const { code, json } = await reconcile(["--repair"]);
    expect(code).toBe(1);
    expect(json.repaired).toBe(0);
    const texts = json.differences.map(
      ({ kind, why, externalId }: Record<string, string>) => `${kind} ${why ?? externalId}`,
    );
    expect(texts).toEqual([
      "unsure its webhook may still arrive",
      "unsure it may be the gift ch_partly",
      "unsure a charge was refunded, and GitHub does not say which",
      expect.stringMatching(/^only-in-ledger S_invented\/.*\.000Z\/monthly$/),
    ]);
    expect(await world.store.lastPosition()).toBe(before);
  });

  it("says when the token is none, and shows it to nobody", async () => {
    const { code, output } = await reconcile([], "ghp_wrong");
    expect(code).toBe(1);
    expect(output).toContain("GitHub answered with status 401");
    expect(output).not.toContain("ghp_wrong");
  });
});
