import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../platform/ids.js";
import { type Account, call, makeAccount } from "../support/account.js";
import { idOf } from "../support/generations.js";
import { projected } from "../support/projected.js";
import { openServer, type TestServer } from "../support/server.js";
import * as sharing from "../support/sharing.js";

let server: TestServer;
let owner: Account;
let other: Account;
let [ownerId, otherId] = ["", ""];
const [stranger, friend] = [idOf(3), idOf(4)];
const [good, young, theirs] = [idOf(11), idOf(12), idOf(13)];
let payId: string;
const month = "2026-11";

async function idOfAccount({ accessToken: token }: Account): Promise<string> {
  const { data } = await call(server, "POST", "/operator/nodes/claim-challenge", { token });
  return String(data["operator_id"]);
}

/** Work with each reason to count nothing, and a little of it after the month. */
beforeAll(async () => {
  server = await openServer();
  owner = await makeAccount(server);
  other = await makeAccount(server);
  [ownerId, otherId] = [await idOfAccount(owner), await idOfAccount(other)];
  await sharing.work(server, good, stranger);
  payId = await sharing.trustedNode(server, good, ownerId);
  await sharing.claimedNode(server, young, ownerId);
  await sharing.trustedNode(server, theirs, otherId);
  await sharing.give(server, "123.45");
  await sharing.give(server, "1001", newId(), "JPY");
  for (const measured of [{}, { stems: true }, { inTime: false }, { heardBefore: true } as const]) {
    await sharing.work(server, good, stranger, measured);
  }
  await sharing.work(server, good, ownerId);
  await sharing.work(server, good, friend);
  await sharing.work(server, good, stranger, { drawnFrom: 1 });
  await sharing.voidWork(server, good, await sharing.work(server, good, stranger));
  const voidedLater = await sharing.work(server, good, stranger, { audioMs: 1234 });
  await sharing.work(server, young, stranger);
  await sharing.work(server, theirs, stranger, { audioMs: 7001 });
  await sharing.linkPayee(server, ownerId, idOf(77));
  await sharing.linkPayee(server, friend, idOf(77));
  await sharing.close(server, month);
  await sharing.voidWork(server, good, voidedLater);
  await sharing.trust(server, young);
  await sharing.work(server, young, stranger);
  await sharing.linkPayee(server, stranger, idOf(78));
  await sharing.shareOut(server);
  await projected(server);
}, 120_000);
afterAll(() => server.close());

const earnings = async (query = "", account = owner) =>
  (await call(server, "GET", `/operator/earnings${query}`, { token: account.accessToken })).data;
type Answer = Awaited<ReturnType<typeof earnings>>;
const nodeIn = (data: Answer, id: string) =>
  data["nodes"].find((node: { worker_id: string }) => node.worker_id === id);

const minor = (amount: string): bigint => BigInt(amount.replace(".", ""));
const millionths = (ratio: string): bigint => {
  const [whole = "", fraction = ""] = ratio.split(".");
  return BigInt(whole + fraction.padEnd(6, "0"));
};

describe("an operator's earnings of a month that was shared out", () => {
  it("recompute to the cent from the answer alone", async () => {
    const data = await earnings(`?month=${month}`);
    expect(data).toMatchObject({ month, status: "final", is_final: true, policy: "v2" });
    expect(data["currencies"]).toHaveLength(2);
    const node = nodeIn(data, good);
    for (const each of data["currencies"]) {
      const workers = minor(each.pool) * millionths(each.ratio);
      const off = minor(each.workers) * 1_000_000n - workers;
      expect(off > -1_000_000n && off < 1_000_000n).toBe(true);
      expect((minor(each.workers) * millionths(each.reserve_ratio)) / 1_000_000n).toBe(
        minor(each.reserved),
      );
      const sum = minor(each.workers) - minor(each.reserved) + minor(each.released);
      expect(sum + minor(each.carried_in) + minor(each.returned)).toBe(minor(each.to_share));
      const share = node.shares.find(({ currency }: typeof each) => currency === each.currency);
      const exact = (minor(each.to_share) * BigInt(node.units)) / BigInt(each.units);
      expect(exact).toBe(minor(share.amount));
      expect(exact > 0n).toBe(true);
    }
  });

  it("have their figures in the formulas, which come to what they say", async () => {
    const data = await earnings(`?month=${month}`);
    const ofShare = /^(\S+) \w{3} × (\d+) units ÷ (\d+) units = (\S+) \w{3}(, rounded down)?$/;
    const formulas = nodeIn(data, good).shares.map(({ formula }: { formula: string }) => formula);
    expect(formulas).toHaveLength(2);
    for (const formula of formulas) {
      const [, toShare = "", own = "", all = "", amount = ""] = ofShare.exec(formula) ?? [];
      expect((minor(toShare) * BigInt(own)) / BigInt(all)).toBe(minor(amount));
    }
    const parts =
      /^(\S+) \w{3} = (\S+) for workers − (\S+) kept back \+ (\S+) back .* \+ (\S+) left .* \+ (\S+) taken/;
    for (const { formula } of data["currencies"]) {
      const [toShare = 0n, ...rest] = (parts.exec(formula) ?? []).slice(1).map(minor);
      const [workers = 0n, kept = 0n, ...more] = rest;
      expect(more.reduce((sum, each) => sum + each, workers - kept)).toBe(toShare);
    }
  });

  it("say of each job what it counts, and why it counts nothing, as the distribution has it", async () => {
    const node = nodeIn(await earnings(`?month=${month}`), good);
    expect(node).toMatchObject({ pay_id: payId, jobs: 10, jobs_not_counted: 5 });
    expect(node.newest_jobs.map((job: Record<string, string>) => job["not_counted"])).toEqual([
      ...[null, "voided", "nobody-else-could", "asked-by-payee", "asked-by-operator"],
      ...[null, null, null, null, "node-not-claimed"],
    ]);
    const units = node.newest_jobs.map((job: { units: string }) => BigInt(job.units));
    expect(units.reduce((sum: bigint, each: bigint) => sum + each, 0n)).toBe(BigInt(node.units));
    const { data } = await call(server, "GET", `/transparency/month/${month}/shares`);
    const shared = data["shares"].find((share: { pay_id: string }) => share.pay_id === payId);
    expect(node.units).toBe(shared.units);
    expect(nodeIn(await earnings(`?month=${month}`), young)).toMatchObject({
      ...{ jobs: 1, units: "0", not_counted: [{ reason: "node-not-trusted", jobs: 1 }] },
      shares: [{ amount: "0.00" }, { amount: "0" }],
    });
  });

  it("are told to their operator only", async () => {
    const data = await earnings(`?month=${month}`, other);
    expect(data["nodes"].map((node: { worker_id: string }) => node.worker_id)).toEqual([theirs]);
    expect(JSON.stringify(data)).not.toContain(payId);
    const path = `/operator/earnings?month=${month}`;
    expect(await call(server, "GET", path)).toMatchObject({ code: "MISSING_CREDENTIALS" });
    const byKey = await call(server, "GET", path, { key: owner.apiKey });
    expect(byKey.status).toBe(401);
  });
});

describe("an operator's earnings of the open month", () => {
  it("are units so far, and not final", async () => {
    const data = await earnings();
    expect(data).toMatchObject({ month: "2026-12", status: "open", is_final: false });
    expect(data["currencies"]).toEqual([]);
    expect(nodeIn(data, young)).toMatchObject({ jobs: 1, units: "24000", shares: [] });
    expect(nodeIn(data, good)).toMatchObject({ jobs: 0, units: "0", newest_jobs: [] });
  });

  it("are refused for a month that there is not", async () => {
    const { accessToken: token } = owner;
    for (const [query, status] of [
      ["2031-01", 404],
      ["2026-13", 422],
    ] as const) {
      const path = `/operator/earnings?month=${query}`;
      expect((await call(server, "GET", path, { token })).status).toBe(status);
    }
  });
});
