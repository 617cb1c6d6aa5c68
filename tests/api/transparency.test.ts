import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { handle } from "../../commands/handle.js";
import { booksDecider } from "../../domain/books/decider.js";
import { Amount } from "../../domain/money/money.js";
import { erasePerson } from "../../platform/vault/erasure.js";
import { findPerson } from "../../platform/vault/handles.js";
import { type Account, call, makeAccount } from "../support/account.js";
import { money } from "../support/donations.js";
import * as m from "../support/moneyStory.js";
import { until } from "../support/payments.js";
import { openServer, type TestServer } from "../support/server.js";
import { contextAt } from "../support/world.js";

let server: TestServer;
let ana: Account;
let anaId: string;
const month = "2026-11";
const formula = '=HYPERLINK("http://evil.example","x")';

beforeAll(async () => {
  server = await openServer();
  ana = await makeAccount(server);
  const digest = server.ledger.vault.digestOf("email", ana.email);
  anaId = (await findPerson(server.vaultDb, "email", digest)) ?? "";
  const shown = m.gift(server, "stripe", "pi_shown");
  const name = shown.secret("Ana Silva");
  await shown.report(
    m.received("50.00 EUR", { visibility: "shown", name, userId: anaId }),
    m.settled("50.00 EUR", "1.75 EUR"),
    m.refunded("re_1", "10.00 EUR"),
  );
  const hidden = m.gift(server, "paypal", "CAP-hidden");
  await hidden.report(
    m.received("50.00 USD", { name: hidden.secret("Bruno Hidden") }),
    m.settled("46.00 EUR", "1.60 EUR"),
  );
  const odd = m.gift(server, "github", "S_1/odd");
  await odd.report(m.received("5.00 USD", { visibility: "shown", name: odd.secret(formula) }));
  await m.enterTreasury(server, {
    type: "MoveFunds",
    from: "stripe",
    to: "bank",
    amount: money("20.00 EUR"),
    fee: money("0.30 EUR"),
  });
  await projected();
});
afterAll(() => server.close());

/** Until all that was written can be read. */
async function projected(): Promise<void> {
  const target = (await server.store.lastPosition()) ?? 0n;
  for (;;) {
    const rows = await server.readDb.selectFrom("read_checkpoint").select("position").execute();
    if (rows.every(({ position }) => BigInt(position ?? 0) >= target)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const get = (path: string, headers: Record<string, string> = {}) =>
  call(server, "GET", `/transparency${path}`, { headers });
const follow = (link: string) => call(server, "GET", link);

async function csv(path: string, headers: Record<string, string> = {}) {
  const answer = await get(path, headers);
  expect(answer.headers.get("content-type")).toContain("text/csv");
  const text = answer.bytes.toString();
  const rows: Record<string, string>[] = parse(text, { columns: true });
  return { text, rows };
}

describe("a month in public", () => {
  it("is shown in totals, each naming the entries that sum up to it", async () => {
    const { data } = await get(`/month/${month}`);
    expect(data).toMatchObject({ month, status: "open" });
    const totals = data["totals"].map((each: Record<string, string>) =>
      [each["kind"], each["source"], each["amount"], each["currency"]].join(" "),
    );
    expect(totals).toEqual([
      "received github 5.00 USD",
      "received paypal 50.00 USD",
      "received stripe 50.00 EUR",
      "refunded stripe 10.00 EUR",
      "fees paypal 1.60 EUR",
      "fees stripe 1.75 EUR",
      "payout-fees stripe 0.30 EUR",
      "added-to-pool  82.65 EUR",
    ]);
    for (const total of [...data["totals"], ...data["balances"]]) {
      const { data: listing, status } = await follow(total.rows);
      expect(status).toBe(200);
      const sum = listing["entries"].reduce(
        (sofar: InstanceType<typeof Amount>, { amount }: { amount: string }) => sofar.plus(amount),
        new Amount(0),
      );
      expect(sum.abs().toFixed(2)).toBe(new Amount(total.amount).abs().toFixed(2));
      if (total.entries !== undefined) expect(listing["entries"]).toHaveLength(total.entries);
    }
  });

  it("holds nothing that leads to a person or a payment", async () => {
    const paths = ["/current", "/months", "/stats", `/month/${month}/donations`];
    const texts = await Promise.all(
      [...paths, `/month/${month}/entries?limit=1000`].map(async (path) => {
        const { bytes } = await get(path);
        return bytes.toString();
      }),
    );
    const text = texts.join("\n");
    expect(text).toContain("Ana Silva");
    const secrets = ["pi_shown", "CAP-hidden", "S_1/odd", "re_1", "Bruno", anaId, "15:59", "T15"];
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
  });

  it("lists gifts by opaque ids, page by page", async () => {
    const { data: all } = await get(`/month/${month}/donations`);
    expect(all["next"]).toBeNull();
    expect(all["donations"]).toMatchObject([
      {
        provider: "stripe",
        status: "partly-refunded",
        donor: "Ana Silva",
        day: "2026-11-22",
        manual: false,
        gross: { amount: "50.00", currency: "EUR" },
        refunded: [{ amount: "10.00", currency: "EUR" }],
        fees: [{ amount: "1.75", currency: "EUR" }],
        net: [{ amount: "38.25", currency: "EUR" }],
      },
      { provider: "paypal", status: "settled", donor: null },
      { provider: "github", status: "received", donor: formula },
    ]);
    const ids: string[] = [];
    let next = `/api/v1/transparency/month/${month}/donations?limit=1`;
    for (let pages = 0; next !== null && pages < 10; pages += 1) {
      const { data, headers } = await follow(next);
      ids.push(...data["donations"].map(({ id }: { id: string }) => id));
      expect(headers.get("link")).toBe(data["next"] && `<${data["next"]}>; rel="next"`);
      next = data["next"];
    }
    expect(ids).toEqual(all["donations"].map(({ id }: { id: string }) => id));
    expect(new Set(ids).size).toBe(3);
  });

  it("lists entries page by page, in one order, each once", async () => {
    const { data: all } = await get(`/month/${month}/entries?limit=1000`);
    const seen: unknown[] = [];
    let next = `/api/v1/transparency/month/${month}/entries?limit=4`;
    for (let pages = 0; next !== null && pages < 50; pages += 1) {
      const { data } = await follow(next);
      seen.push(...data["entries"]);
      next = data["next"];
    }
    expect(seen).toEqual(all["entries"]);
    const moved = all["entries"].filter(({ type }: { type: string }) => type === "FundsMoved");
    expect(moved.length).toBeGreaterThan(0);
    expect(moved.every((entry: Record<string, unknown>) => entry["manual"] === true)).toBe(true);
  });

  it("refuses what it can't list, by field", async () => {
    for (const [path, code] of [
      [`/month/${month}/entries?limit=1001`, "INVALID_LIMIT"],
      [`/month/${month}/entries?account=assets:mattress:balance`, "INVALID_ACCOUNT"],
      [`/month/${month}/entries?currency=eur`, "INVALID_CURRENCY"],
      [`/month/${month}/entries?after=WyJ4Il0`, "INVALID_AFTER"],
      [`/month/${month}/donations?after=nonsense`, "INVALID_AFTER"],
      ["/month/2026-13", "INVALID_MONTH"],
    ] as const) {
      expect(await get(path)).toMatchObject({ status: 422, code });
    }
    expect(await get("/month/2020-01")).toMatchObject({ status: 404, code: "NOT_FOUND" });
    expect(await get("/month/2020-01/entries")).toMatchObject({ status: 404, code: "NOT_FOUND" });
  });
});

describe("the same as CSV", () => {
  it.each([
    ["/current.csv", "/current"],
    [`/month/${month}.csv`, `/month/${month}`],
    ["/months.csv", "/months"],
    ["/stats.csv", "/stats"],
    [`/month/${month}/donations.csv`, `/month/${month}/donations`],
    [`/month/${month}/entries.csv`, `/month/${month}/entries`],
  ])("by %s, or by asking %s for it", async (suffixed, plain) => {
    const bySuffix = await csv(suffixed);
    const byHeader = await csv(plain, { accept: "text/csv" });
    expect(byHeader.text).toBe(bySuffix.text);
    expect(bySuffix.rows.length).toBeGreaterThan(0);
    expect((await get(plain, { accept: "*/*" })).headers.get("content-type")).toContain("json");
  });

  it.each(["/current", `/month/${month}`, "/months", "/stats"])(
    "of %s says in each row up to where it holds",
    async (path) => {
      const { as_of } = (await get(path)).data;
      const shown = { as_of_entry: as_of.entry, as_of_day: as_of.day, complete: "yes" };
      expect(as_of.entry).not.toBeNull();
      const { rows } = await csv(`${path}.csv`);
      for (const row of rows) expect(row).toMatchObject(shown);
    },
  );

  it("shows the same amounts, a minus left as it is", async () => {
    const { data } = await get("/current");
    const { rows } = await csv("/current.csv");
    const shown = [...data["totals"], ...data["balances"]];
    expect(rows.map((row) => row["amount"])).toEqual(shown.map(({ amount }) => amount));
    expect(rows.some((row) => row["amount"]?.startsWith("-"))).toBe(true);
  });

  it("never hands a spreadsheet a formula", async () => {
    const { text, rows } = await csv(`/month/${month}/donations.csv`);
    expect(rows.map((row) => row["donor"])).toContain(`'${formula}`);
    expect(text).toContain("\r\n");
    expect(rows[0]).toMatchObject({ net: "38.25 EUR", manual: "no" });
  });
});

describe("an answer that was kept", () => {
  it("is asked for again, and not sent again while it holds", async () => {
    const first = await get("/current");
    const etag = first.headers.get("etag") ?? "";
    expect(first.headers.get("cache-control")).toBe("no-cache");
    expect(first.headers.get("vary")).toContain("Accept");
    const again = await get("/current", { "if-none-match": etag });
    expect(again.status).toBe(304);
    expect(again.bytes).toHaveLength(0);
    const table = await get("/current.csv", { "if-none-match": etag });
    expect(table.status).toBe(200);
    await m.gift(server, "stripe", "pi_more").report(m.received("1.00 EUR"));
    await projected();
    expect((await get("/current", { "if-none-match": etag })).status).toBe(200);
  });
});

describe("a donor", () => {
  const names = async () => {
    const { data } = await get(`/month/${month}/donations`);
    return data["donations"].map(({ donor }: { donor: string | null }) => donor);
  };
  const own = async () => {
    const { data } = await call(server, "GET", "/user/donations", { token: ana.accessToken });
    return data["donations"];
  };
  const show = (id: string, show_name: unknown, token = ana.accessToken) =>
    call(server, "PUT", `/user/donations/${id}/visibility`, { body: { show_name }, token });

  it("sees what they gave, and decides whether everybody sees the name", async () => {
    const [gift] = await own();
    expect(gift).toMatchObject({
      amount: "50.00",
      currency: "EUR",
      show_name: true,
      name: "Ana Silva",
      message: null,
    });
    expect(await names()).toContain("Ana Silva");
    expect((await show(gift.id, false)).status).toBe(200);
    expect(await names()).not.toContain("Ana Silva");
    expect((await own())[0]).toMatchObject({ show_name: false });
    expect((await show(gift.id, true)).status).toBe(200);
    expect(await names()).toContain("Ana Silva");
    const { data } = await call(server, "GET", "/user/export", { token: ana.accessToken });
    expect(data["donations"]).toMatchObject([{ id: gift.id, amount: "50.00" }]);
  });

  it("decides about own gifts only", async () => {
    const [gift] = await own();
    const bruno = await makeAccount(server);
    const others = await show(gift.id, false, bruno.accessToken);
    expect(others).toMatchObject({ status: 404, code: "DONATION_NOT_FOUND" });
    const none = await show("0".repeat(32), false);
    expect(none).toMatchObject({ status: 404, code: "DONATION_NOT_FOUND" });
    expect(await show(gift.id, "maybe")).toMatchObject({ status: 422, code: "INVALID_SHOW_NAME" });
    expect(await show("pi_shown", false)).toMatchObject({ status: 422, code: "INVALID_ID" });
    const stranger = await call(server, "GET", "/user/donations", { key: ana.apiKey });
    expect(stranger).toMatchObject({ status: 401, code: "INVALID_CREDENTIALS" });
    expect(await names()).toContain("Ana Silva");
  });

  it("whose account or key is gone is named by nobody any more", async () => {
    const token = ana.accessToken;
    expect((await call(server, "DELETE", "/user/profile", { token })).status).toBe(200);
    await projected();
    expect(await names()).not.toContain("Ana Silva");
    // Erased to the public at once, and hidden as soon as the donor is forgotten.
    await until(async () => ((await names()).includes("[erased]") ? undefined : true));
    expect(await names()).not.toContain("Ana Silva");
    const odd = m.gift(server, "github", "S_1/odd").secret("").personId;
    await erasePerson(server, odd, "2026-11-22T13:00:00.000Z");
    await server.vaultDb
      .updateTable("data_key")
      .set({ wrapped: null })
      .where("person_id", "=", odd)
      .execute();
    server.clearKeyCache();
    expect(await names()).not.toContain(formula);
  });
});

describe("a month that is closed", () => {
  it("keeps what it had, and the next one is open", async () => {
    const at = "2026-12-01T00:10:00.000Z";
    await handle(server.ledger, booksDecider, { type: "CloseMonth", month, at }, contextAt(at));
    await projected();
    const { bytes: before } = await get(`/month/${month}`);
    await m.gift(server, "stripe", "pi_december").report(m.received("3.00 EUR"));
    await projected();
    const { bytes: after, data } = await get(`/month/${month}`);
    expect(after).toEqual(before);
    expect(data["status"]).toBe("closed");
    const { data: current } = await get("/current");
    expect(current).toMatchObject({ month: "2026-12", status: "open" });
    expect(current["totals"]).toMatchObject([{ kind: "received", amount: "3.00", entries: 1 }]);
    const { data: all } = await get("/months");
    expect(all["months"].map((each: Record<string, string>) => each["month"])).toEqual([
      month,
      "2026-12",
    ]);
    const { data: stats } = await get("/stats");
    expect(stats).toMatchObject({ since: month, months_closed: 1, donations: 5, generations: 0 });
    const received = stats["totals"].find(
      (each: Record<string, string>) => each["account"] === "income:donations:stripe",
    );
    expect(received).toMatchObject({ amount: "54.00", entries: 3 });
    const { data: rows } = await follow(received.rows);
    expect(rows["entries"]).toHaveLength(3);
  });
});
