import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { digestOf } from "../../domain/sharing/digest.js";
import { newId } from "../../platform/ids.js";
import { call } from "../support/account.js";
import { idOf } from "../support/generations.js";
import { openServer, type TestServer } from "../support/server.js";
import { close, give, shareOut, trustedNode, work } from "../support/sharing.js";

let server: TestServer;
const [ana, ben, stranger] = [idOf(1), idOf(2), idOf(3)];
const month = "2026-11";
let payIds: string[];

beforeAll(async () => {
  server = await openServer();
  payIds = [
    await trustedNode(server, idOf(11), ana),
    await trustedNode(server, idOf(12), ben),
  ].sort();
  await give(server, "600.00");
  await give(server, "7777", newId(), "JPY");
  await work(server, idOf(11), stranger);
  await work(server, idOf(12), stranger, { stems: true });
  await work(server, idOf(12), ben);
  await close(server, month);
  await shareOut(server);
  const target = (await server.store.lastPosition()) ?? 0n;
  for (;;) {
    const rows = await server.readDb.selectFrom("read_checkpoint").select("position").execute();
    if (rows.every(({ position }) => BigInt(position ?? 0) >= target)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}, 120_000);
afterAll(() => server.close());

const get = (path: string) => call(server, "GET", `/transparency${path}`);
const csv = async (path: string): Promise<Record<string, string>[]> =>
  parse((await get(path)).bytes.toString(), { columns: true });

describe("a month that was shared out, in public", () => {
  it("shows its pool, split, reserve, what waits, policy and digest", async () => {
    const { data, headers } = await get(`/month/${month}`);
    expect(headers.get("etag")).not.toBeNull();
    expect(data["distributions"]).toMatchObject([
      {
        ...{ currency: "EUR", status: "finalized", policy: "v2", pool: "500.00" },
        split: { workers: "375.00", infrastructure: "75.00", development: "50.00" },
        ...{ maturing: "100.00", reserved: "37.50", released: "0.00", carried_in: "0.00" },
        ...{ to_share: "337.50", units: "60000", nodes: 2, jobs: 3, jobs_not_counted: 1 },
        ...{ shared: "337.50", carried_out: "0.00" },
      },
      { currency: "JPY", pool: "7777", maturing: "0", reserved: "583" },
    ]);
    const rows = await csv(`/month/${month}.csv`);
    const inTable = (kind: string) =>
      rows.find((row) => row["kind"] === kind && row["currency"] === "EUR");
    expect(inTable("pool")?.["amount"]).toBe("500.00");
    expect(inTable("policy")?.["source"]).toBe("v2");
    expect(inTable("digest")?.["source"]).toBe(data["distributions"][0].digest);
  });

  it("shows all that its digest covers", async () => {
    const { data } = await get(`/month/${month}`);
    const { data: listed } = await get(`/month/${month}/shares`);
    for (const each of data["distributions"]) {
      const { currency, policy, opening, closing, predecessor, terms } = each;
      const money = (name: string) => ({ amount: each[name], currency });
      const { gift_monthly_max, awaits_conversion, ...ratios } = terms;
      const earners = listed["shares"]
        .filter((share: { currency: string }) => share.currency === currency)
        .map(({ pay_id, units }: Record<string, string>) => ({
          payId: pay_id,
          units: BigInt(units ?? ""),
        }));
      const shown = {
        ...{ ledgerId: each.ledger_id, month, currency, policy, opening, closing, predecessor },
        terms: {
          ...{ ...ratios, giftMonthlyMax: { amount: gift_monthly_max, currency } },
          ...(awaits_conversion && { awaitsConversion: true }),
        },
        ...{ pool: money("pool"), maturing: money("maturing"), reserved: money("reserved") },
        ...{ released: money("released"), carriedIn: money("carried_in") },
        returned: money("returned"),
      };
      expect(digestOf(shown as never, earners)).toBe(each.digest);
    }
  });

  it("lists its shares by full pay ids, in pages and as a table, and nothing else of anybody", async () => {
    const found: Record<string, string>[] = [];
    let link: string | null = `/api/v1/transparency/month/${month}/shares?limit=3`;
    for (let page = 0; link !== null && page < 5; page += 1) {
      const { data, status } = await call(server, "GET", link);
      expect(status).toBe(200);
      found.push(...data["shares"]);
      link = data["next"];
    }
    expect(found.map(({ currency, pay_id }) => [currency, pay_id])).toEqual(
      ["EUR", "JPY"].flatMap((currency) => payIds.map((payId) => [currency, payId])),
    );
    const fields = ["amount", "currency", "fate", "pay_id", "units"];
    expect(Object.keys(found[0] ?? {}).sort()).toEqual(fields);
    const rows = found.map((each) => ({ ...each, fate: "owed" }));
    expect(await csv(`/month/${month}/shares.csv`)).toEqual(rows);
    const all = await Promise.all([`/month/${month}`, `/month/${month}/shares`, "/stats"].map(get));
    const text = all.map(({ bytes }) => bytes.toString()).join("\n");
    for (const hidden of [idOf(11), idOf(12), ana, ben, stranger]) {
      expect(text).not.toContain(hidden);
    }
    expect(text).not.toMatch(/asked-by|not-trusted|not-claimed|nobody-else/);
  });

  it("refuses the cursor of another listing, and a month that there is not", async () => {
    const cursor = Buffer.from(JSON.stringify(["17", "x"])).toString("base64url");
    expect(await get(`/month/${month}/shares?after=${cursor}`)).toMatchObject({
      code: "INVALID_AFTER",
    });
    expect(await get("/month/2031-01/shares")).toMatchObject({ status: 404, code: "NOT_FOUND" });
  });
});

describe("the totals of sharing", () => {
  it("say what was shared out, what is in the reserve, and what waits", async () => {
    const { data } = await get("/stats");
    expect(data["sharing"]).toMatchObject([
      { currency: "EUR", shared_out: "337.50", in_reserve: "37.50", waiting: "100.00" },
      { currency: "JPY", in_reserve: "583", waiting: "0" },
    ]);
    const kinds = (await csv("/stats.csv")).map(({ kind, amount }) => `${kind} ${amount}`);
    expect(kinds).toEqual(
      expect.arrayContaining(["shared-out 337.50", "in-reserve 37.50", "waiting 100.00"]),
    );
  });
});
