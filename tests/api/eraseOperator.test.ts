import { afterAll, beforeAll, expect, it } from "vitest";
import { handle } from "../../commands/handle.js";
import { finishErasure } from "../../commands/user/finishErasure.js";
import type { PayableCommand } from "../../domain/payable/commands.js";
import { payableDecider } from "../../domain/payable/decider.js";
import { newId } from "../../platform/ids.js";
import { createSessions } from "../../platform/redis/sessions.js";
import { listSharesOf } from "../../projections/shares/queries.js";
import { type Account, call, makeAccount } from "../support/account.js";
import { idOf } from "../support/generations.js";
import { payoutAccount } from "../support/payoutAccounts.js";
import { projected } from "../support/projected.js";
import { openServer, type TestServer } from "../support/server.js";
import * as sharing from "../support/sharing.js";
import { contextAt } from "../support/world.js";

const month = "2026-11";
let server: TestServer;
interface Operator {
  readonly account: Account;
  readonly userId: string;
}
let waives: Operator;
let keeps: Operator;
let none: Operator;
let paid: Operator;
let paidPayId: string;
let payIds: string[];

async function operator(): Promise<Operator> {
  const account = await makeAccount(server);
  const { accessToken: token } = account;
  const { data } = await call(server, "POST", "/operator/nodes/claim-challenge", { token });
  const userId = String(data["operator_id"]);
  await payoutAccount(server, userId);
  return { account, userId };
}

beforeAll(async () => {
  server = await openServer();
  [waives, keeps, none] = [await operator(), await operator(), await operator()];
  paid = await operator();
  payIds = [
    await sharing.trustedNode(server, idOf(11), waives.userId),
    await sharing.trustedNode(server, idOf(12), waives.userId),
    await sharing.trustedNode(server, idOf(13), keeps.userId),
  ];
  paidPayId = await sharing.trustedNode(server, idOf(14), paid.userId);
  await sharing.give(server, "100.00");
  for (const node of [11, 12, 13, 14]) await sharing.work(server, idOf(node), idOf(3));
  await sharing.close(server, month);
  await sharing.shareOut(server);
  await projected(server);
}, 120_000);
afterAll(() => server.close());

const erase = ({ account: { accessToken: token } }: Operator, query = "") =>
  call(server, "DELETE", `/user/profile${query}`, { token });
const fates = async () => {
  await projected(server);
  return (await listSharesOf(server.readDb, month, payIds)).map(({ fate }) => fate).sort();
};
async function hasPayeeKey({ userId }: Operator): Promise<boolean> {
  const { events } = await server.store.read(`user-${userId}`);
  const erased = events.find(({ event }) => event.type === "UserErased");
  if (erased?.event.type === "UserErased") {
    const sessions = createSessions(server.redis, Buffer.alloc(32), 3600);
    await finishErasure({ ...server, sessions }, erased.event.data.private);
  }
  const key = await server.vaultDb
    .selectFrom("data_key")
    .select("wrapped")
    .where("person_id", "=", userId)
    .where("purpose", "=", "payee")
    .executeTakeFirstOrThrow();
  return key.wrapped !== null;
}

it("asks before an account is erased that is owed money, and erases nothing until it is told", async () => {
  const asked = await erase(waives);
  expect(asked).toMatchObject({ status: 409, code: "BALANCE_LEFT" });
  expect(asked.bytes.toString()).toContain("33.74 EUR");
  expect(await erase(waives, "?balance=burn")).toMatchObject({ status: 422, field: "balance" });
  expect(await fates()).toEqual(["owed", "owed", "owed"]);
});

it("gives what is waived where its owner said, all of it", async () => {
  expect(await erase(waives, "?balance=waive-to-development")).toMatchObject({ status: 200 });
  expect(await fates()).toEqual(["owed", "waived", "waived"]);
});

it("keeps who was to be paid of those who had nodes, and of nobody else", async () => {
  expect((await erase(keeps, "?balance=keep")).status).toBe(200);
  expect(await fates()).toEqual(["owed", "waived", "waived"]);
  expect(await hasPayeeKey(keeps)).toBe(true);
  expect((await erase(none)).status).toBe(200);
  expect(await hasPayeeKey(none)).toBe(false);
});

it("does not ask of what was paid", async () => {
  expect(await erase(paid)).toMatchObject({ status: 409, code: "BALANCE_LEFT" });
  await pay(paid, paidPayId, "16.87");
  expect((await erase(paid)).status).toBe(200);
});

async function pay({ userId: operatorId }: Operator, payId: string, amount: string) {
  const at = "2026-12-20T09:00:00.000Z";
  const about = { operatorId, currency: "EUR", payoutId: newId(), batchId: newId(), at };
  const shares = [{ month, payId, amount, isReturned: false }];
  const destination = { personId: operatorId, purpose: "payee" as const, text: "box 7" };
  const run = (command: PayableCommand) =>
    handle(server.ledger, payableDecider, command, contextAt(at));
  await run({
    ...{ type: "RequestPayout", ...about, method: "manual", shares, destination },
    ...{ amount: { amount, currency: "EUR" }, payeeId: newId(), country: "DE" },
  });
  await run({ type: "SendPayout", ...about });
  await run({ type: "EndPayout", ...about, outcome: "completed", reference: "paid" });
}
