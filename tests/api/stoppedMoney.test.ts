import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { treasuryStream } from "../../domain/treasury/events.js";
import { newId } from "../../platform/ids.js";
import { findLags } from "../../projections/progressMetrics.js";
import { listPoisons } from "../../projections/runner/parked.js";
import { type Account, call, makeAccount } from "../support/account.js";
import { writeNewer } from "../support/drafts.js";
import * as m from "../support/moneyStory.js";
import { openServer, type TestServer } from "../support/server.js";

let server: TestServer;
let ana: Account;
beforeAll(async () => {
  server = await openServer();
  ana = await makeAccount(server);
  await m.gift(server, "stripe", "pi_1").report(m.received("5.00 EUR"));
});
afterAll(() => server.close());

/** Money of a kind that this software does not know. */
async function stopMoney(): Promise<void> {
  const postings = [
    { account: "assets:bank:balance", amount: "90.00", currency: "EUR" },
    { account: "liabilities:undistributed", amount: "-90.00", currency: "EUR" },
  ];
  const salt = randomBytes(32).toString("base64url");
  const data = { public: { postings }, private: {}, sealed: {}, salt };
  await writeNewer(server, treasuryStream(newId()), "GrantReceived", data);
  for (const name of ["entries", "months", "donations", "treasury", "contributions"]) {
    await expect.poll(() => listPoisons(server.readDb, name), { timeout: 20_000 }).toHaveLength(1);
  }
}

const current = (etag = "") =>
  call(server, "GET", "/transparency/current", { headers: { "if-none-match": etag } });

const readModels = async () => {
  const response = await fetch(`${server.url}/health/ready`);
  return JSON.parse(await response.text());
};

describe("read models of money that stopped", () => {
  it("say up to where their figures hold, and what was kept of them is stale", async () => {
    const wait = { timeout: 20_000, interval: 50 };
    await vi.waitUntil(async () => (await current()).data["as_of"].entry !== null, wait);
    const before = await current();
    expect(before.data["as_of"]).toMatchObject({ day: "2026-11-22", complete: true });
    const etag = before.headers.get("etag") ?? "";
    const table = () => call(server, "GET", "/transparency/current.csv");
    expect((await table()).bytes.toString()).not.toContain(",no\r\n");
    expect((await current(etag)).status).toBe(304);
    await stopMoney();
    const after = await current(etag);
    expect(after.status).toBe(200);
    expect((await table()).bytes.toString()).toMatch(/^[^\n]*(\n[^\n]*,no\r)+\n$/);
    expect(after.data).toEqual({
      ...before.data,
      as_of: { ...before.data["as_of"], complete: false },
    });
    await m.gift(server, "stripe", "pi_2").report(m.received("7.00 EUR"));
    expect((await current()).data).toEqual(after.data);
    for (const path of ["months", "stats"]) {
      const { data } = await call(server, "GET", `/transparency/${path}`);
      expect(data["as_of"]).toEqual(after.data["as_of"]);
    }
  });

  it("delay nobody's account", async () => {
    const body = { first_name: "Ana" };
    const changed = await call(server, "PUT", "/user/profile", { body, token: ana.accessToken });
    expect(changed.status).toBe(200);
    expect(changed.headers.get("x-read-lag")).toBeNull();
    expect(changed.data).toMatchObject(body);
  });

  it("are not ready where the log was replaced by a shorter one", async () => {
    await vi.waitUntil(async () => (await readModels()).status === "ready", { timeout: 30_000 });
    const log = vi.spyOn(server.store, "lastPosition").mockResolvedValue(1n);
    await vi.waitUntil(async () => (await readModels()).status === "not-ready", { timeout: 5000 });
    expect((await readModels()).read_models.accounts.positions_behind).toBeLessThan(0);
    const lags = await findLags({ db: server.readDb, store: server.store });
    expect(lags["accounts"]).toMatch(/beyond the end of the log.*npm run replay/);
    log.mockRestore();
    await vi.waitUntil(async () => (await readModels()).status === "ready", { timeout: 5000 });
  });

  it("make nothing unready, and are shown there", async () => {
    await vi.waitUntil(async () => (await readModels()).status === "ready", { timeout: 30_000 });
    expect(await readModels()).toMatchObject({
      read_models: {
        accounts: { stopped: false },
        generations: { stopped: false },
        money: { positions_behind: expect.any(Number), stopped: true },
      },
    });
  });
});
