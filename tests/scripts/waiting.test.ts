import { afterAll, beforeAll, expect, it } from "vitest";
import { handle, load } from "../../commands/handle.js";
import { receiveWebhook } from "../../commands/webhook/receive.js";
import { webhookDecider } from "../../domain/webhook/decider.js";
import { waitsForSoftware } from "../../domain/webhook/events.js";
import { newId } from "../../platform/ids.js";
import { listBalances } from "../../projections/entries/queries.js";
import { at, money } from "../support/donations.js";
import * as m from "../support/moneyStory.js";
import * as p from "../support/providerEvents.js";
import { runTool } from "../support/toolEnvironment.js";
import { contextAt, openProjectedWorld, type ProjectedWorld } from "../support/world.js";

let world: ProjectedWorld;
beforeAll(async () => {
  world = await openProjectedWorld();
});
afterAll(() => world.close());

const run = (...args: readonly string[]) =>
  runTool(world, "waiting", args, { PAYMENTS_MODE: "test", ALLOWED_CURRENCIES: "EUR" });
const listed = async () => (await run("--json")).json.items;

async function held(event: { id: string; type: string }): Promise<string> {
  const provider = "stripe" as const;
  const body = Buffer.from(JSON.stringify(event));
  const delivery = { provider, deliveryId: event.id, topic: event.type, body };
  await receiveWebhook(world.ledger, delivery, { at, correlationId: newId() });
  const about = { provider, deliveryId: event.id, at };
  const waitsFor = `${waitsForSoftware}${event.type} (amount_received)`;
  const hold = { type: "HoldWebhook" as const, ...about, waitsFor };
  await handle(world.ledger, webhookDecider, hold, contextAt(at));
  return event.id;
}

it("lists what waits, shows one, tries again, and closes with a reason", async () => {
  const suspense = { suspenseReason: "unattributed" as const };
  await m.gift(world, "stripe", "pi_odd").report(m.received("9.00 EUR", suspense));
  const intent = p.paymentIntent("pi_held", { amount: 500, currency: "eur" });
  const readable = await held(p.stripeEvent("payment_intent.succeeded", intent));
  const odd = { ...p.paymentIntent("pi_words", { amount: 1, currency: "eur" }) };
  const words = p.stripeEvent("payment_intent.succeeded", { ...odd, amount_received: "500" });
  const unreadable = await held(words);
  await world.caughtUp();
  expect(await listed()).toEqual([
    expect.objectContaining({ kind: "unreadable", source: "stripe", id: readable, since: at }),
    expect.objectContaining({ kind: "unreadable", source: "stripe", id: unreadable, since: at }),
    expect.objectContaining({
      kind: "suspense",
      source: "stripe",
      id: "pi_odd",
      sums: [money("9.00 EUR")],
    }),
  ]);
  const shown = await run("show", "stripe", unreadable, "--json");
  expect(JSON.parse(shown.json.body)).toMatchObject({ id: unreadable });

  expect((await run("retry", "stripe", readable, "--json")).json).toMatchObject({ waitsFor: null });
  const again = await run("retry", "stripe", unreadable, "--json");
  expect(again.json.waitsFor).toContain("amount_received");

  expect(await run("close", "stripe", unreadable)).toMatchObject({ code: 1 });
  const closing = ["close", "stripe", unreadable, "--reason", "a test of ours", "--json"];
  const who = ["--maintainer", "olga"];
  expect((await run(...closing, ...who)).json).toMatchObject({ isNew: true });
  expect((await run(...closing, ...who)).json).toMatchObject({ isNew: false });
  const about = { provider: "stripe" as const, deliveryId: unreadable };
  const { events } = await load(world.store, webhookDecider, about);
  expect(events.at(-1)?.event.data.private).toMatchObject({ reason: "closed: a test of ours" });
  expect(events.at(-1)?.metadata).toMatchObject({ actor: "maintainer:olga" });
  await world.caughtUp();
  // The one that was tried again is booked, in suspense.
  expect((await listed()).map(({ id }: { id: string }) => id)).toEqual(["pi_odd", "pi_held"]);
  expect(await run("show", "stripe", "evt_none")).toMatchObject({ code: 1 });
}, 180_000);

it("takes money out of suspense, and out of the books, that is no gift", async () => {
  const suspense = { suspenseReason: "unattributed" as const };
  const sale = m.gift(world, "stripe", "pi_sale");
  await sale.report(m.received("30.00 EUR", suspense), m.refunded("re_1", "10.00 EUR"));
  const ours = m.gift(world, "stripe", "pi_ours");
  await ours.report(m.received("1.00 EUR"), m.settled("1.00 EUR", "0.10 EUR"));
  await world.caughtUp();
  const before = await listed();
  expect(before).toContainEqual(
    expect.objectContaining({ id: "pi_sale", sums: [money("20.00 EUR")] }),
  );
  const closing = ["close", "stripe", "pi_sale", "--reason", "a T-shirt", "--maintainer", "olga"];
  expect((await run(...closing, "--json")).json).toMatchObject({ isNew: true });
  expect((await run(...closing, "--json")).json).toMatchObject({ isNew: false });
  const { history } = (await run("show", "stripe", "pi_sale", "--json")).json;
  expect(history.at(-1)).toMatchObject({ type: "SuspenseClosed", reason: "a T-shirt" });
  await sale.report(m.refunded("re_2", "20.00 EUR"));
  await world.caughtUp();
  expect(await listed()).toHaveLength(before.length - 1);
  const left = (await listBalances(world.readDb)).filter(({ account }) =>
    account.includes("suspense"),
  );
  const ids = before.map(({ id }: { id: string }) => id);
  expect(ids.sort()).toEqual(["pi_held", "pi_odd", "pi_sale"]);
  expect(left.map(({ balance }) => `${balance.amount} ${balance.currency}`)).toEqual([
    "14.00 EUR",
    "-14.00 EUR",
  ]);
  for (const id of ["pi_ours", "pi_none"]) {
    expect(await run("close", "stripe", id, "--reason", "a test")).toMatchObject({ code: 1 });
  }
}, 180_000);

it("keeps what a provider took beyond a payment in suspense until somebody closes it", async () => {
  const lost = m.gift(world, "stripe", "pi_s1");
  await lost.report(
    m.received("50.00 EUR", { suspenseReason: "unattributed" as const }),
    m.settled("50.00 EUR", "1.75 EUR"),
    m.withdrawn("50.00 EUR", "15.00 EUR"),
    m.disputeClosed("lost"),
  );
  await world.caughtUp();
  const shown = { kind: "suspense", id: "pi_s1", sums: [money("-16.75 EUR")] };
  expect(await listed()).toContainEqual(expect.objectContaining(shown));
  const balance = async (account: string) =>
    (await listBalances(world.readDb)).find((row) => row.account === account)?.balance.amount;
  const before = Number(await balance("assets:stripe:balance"));
  const fund = Number((await balance("liabilities:pool:infrastructure")) ?? 0);
  expect(await run("close", "stripe", "pi_s1", "--reason", "a dispute", "--json")).toMatchObject({
    code: 0,
    json: { isNew: true },
  });
  await world.caughtUp();
  expect((await listed()).map(({ id }: { id: string }) => id)).not.toContain("pi_s1");
  expect(Number(await balance("assets:stripe:balance"))).toBeCloseTo(before - 16.75);
  expect(Number(await balance("liabilities:pool:infrastructure"))).toBeCloseTo(fund + 16.75);
  expect(await balance("expenses:disputes:stripe")).toBe("15.00");
}, 180_000);

it("tries again, or closes, what was ignored by wrong settings", async () => {
  const ignored = async (provider: "paypal", deliveryId: string) => {
    const about = { provider, deliveryId };
    const topic = "CUSTOMER.DISPUTE.CREATED";
    const body = Buffer.from(JSON.stringify({ id: deliveryId, event_type: topic, resource: {} }));
    await receiveWebhook(world.ledger, { ...about, topic, body }, { at, correlationId: newId() });
    const reason = "not-our-account";
    const ignore = { type: "IgnoreWebhook" as const, ...about, at, reason };
    await handle(world.ledger, webhookDecider, ignore, contextAt(at));
    return deliveryId;
  };
  const [one, other] = [await ignored("paypal", "WH-1"), await ignored("paypal", "WH-2")];
  await world.caughtUp();
  const ofPaypal = async () =>
    (await listed())
      .filter(({ source }: { source: string }) => source === "paypal")
      .map(({ id, kind }: { id: string; kind: string }) => `${kind} ${id}`);
  expect(await ofPaypal()).toEqual([`ignored ${one}`, `ignored ${other}`]);

  const again = (await run("retry", "paypal", one, "--json")).json;
  expect(again.waitsFor).toContain(waitsForSoftware);
  const closing = ["close", "paypal", other, "--reason", "not ours indeed", "--json"];
  expect((await run(...closing)).json).toMatchObject({ isNew: true });
  expect((await run(...closing)).json).toMatchObject({ isNew: false });
  await world.caughtUp();
  expect(await ofPaypal()).toEqual([`unreadable ${one}`]);
}, 180_000);
