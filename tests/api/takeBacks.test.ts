import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { takeBackShare } from "../../commands/sharing/takeBackShare.js";
import { day } from "../../domain/limits.js";
import { plusMs } from "../../domain/time.js";
import { orderTakeBackMails } from "../../workers/operators/takeBackMails.js";
import { type Account, call, makeAccount } from "../support/account.js";
import { fakeClock } from "../support/fakeClock.js";
import { idOf } from "../support/generations.js";
import { projected } from "../support/projected.js";
import { openServer, type TestServer } from "../support/server.js";
import * as sharing from "../support/sharing.js";
import { contextAt } from "../support/world.js";

const clock = fakeClock(new Date().toISOString());
const begin = clock.now();
const [kept, waived] = [idOf(11), idOf(12)];
const month = "2026-11";
let server: TestServer;
let owner: Account;
let other: Account;
let ownerId: string;
let payIds: Record<string, string>;

beforeAll(async () => {
  server = await openServer({ clock });
  owner = await makeAccount(server);
  other = await makeAccount(server);
  const token = owner.accessToken;
  const { data } = await call(server, "POST", "/operator/nodes/claim-challenge", { token });
  ownerId = String(data["operator_id"]);
  payIds = {
    [kept]: await sharing.trustedNode(server, kept, ownerId),
    [waived]: await sharing.trustedNode(server, waived, ownerId),
  };
  await sharing.give(server, "100.00");
  for (const node of [kept, waived]) await sharing.work(server, node, idOf(3));
  await sharing.close(server, month);
  await sharing.shareOut(server);
  await projected(server);
}, 120_000);
afterAll(() => server.close());

const nameOf = (node: string) => ({ month, currency: "EUR", pay_id: payIds[node] });
const ask = (method: string, path: string, body?: object, account = owner) =>
  call(server, method, path, {
    token: account.accessToken,
    ...(body !== undefined && { body }),
  });
const listed = async () => (await ask("GET", "/operator/take-backs")).data["take_backs"];
async function move(type: "VoidShare" | "RestoreShare", evidence: string): Promise<void> {
  const share = { month, currency: "EUR", payId: payIds[kept] ?? "", operatorId: ownerId };
  const manual = { reason: "The node handed in copies.", evidenceSha256: evidence.repeat(64) };
  const context = contextAt(clock.now());
  await takeBackShare(server.ledger, type, { ...share, ...manual }, context);
  await projected(server);
}
const appeal = (account = owner, node = kept) =>
  ask("POST", "/operator/take-backs/appeal", { ...nameOf(node), words: "My own loops." }, account);

describe("a share that its operator does without", () => {
  const waive = (account = owner, to = "development") =>
    ask("POST", "/operator/shares/waive", { ...nameOf(waived), to }, account);

  it("is theirs: for others there is no such share", async () => {
    expect(await waive(other)).toMatchObject({ status: 404, code: "SHARE_NOT_FOUND" });
    expect(await waive(owner, "me")).toMatchObject({ status: 422 });
  });

  it("goes once, and everybody sees which it was", async () => {
    const gone = { amount: "33.75", currency: "EUR", to: "development" };
    expect(await waive()).toMatchObject({ status: 200, data: gone });
    expect(await waive()).toMatchObject({ status: 200, data: gone });
    expect(await waive(owner, "workers")).toMatchObject({ status: 409, code: "SHARE_NOT_OWED" });
    const { data } = await call(server, "GET", `/transparency/month/${month}/shares`);
    const fates = new Map(data["shares"].map(({ pay_id, fate }: never) => [pay_id, fate]));
    expect(fates.get(payIds[waived])).toBe("waived");
    expect(fates.get(payIds[kept])).toBe("owed");
  });

  it("needs a sign-in of the last minutes", async () => {
    clock.set(plusMs(begin, 6 * 60_000));
    expect(await waive()).toMatchObject({ status: 403, code: "SIGN_IN_AGAIN" });
    clock.set(begin);
  });
});

describe("a share that a maintainer took back", () => {
  it("can't be appealed against before that", async () => {
    expect(await appeal()).toMatchObject({ status: 409, code: "SHARE_NOT_VOIDED" });
  });

  it("is told to its operator by mail, with the reason, and shown to nobody else", async () => {
    await move("VoidShare", "a");
    const { events } = await server.store.read(`payable-${ownerId}-EUR`);
    for (const stored of events) {
      if (stored.event.type === "ShareVoided") await orderTakeBackMails(server).react(stored);
    }
    const mail = (await server.sendMails()).find(({ subject }) => subject.includes("taken back"));
    expect(mail).toMatchObject({ to: owner.email });
    expect(mail?.text).toContain("The node handed in copies.");
    expect(mail?.text).toContain(`appeal is possible until ${plusMs(begin, 14 * day)}`);
    expect(await listed()).toMatchObject([
      { ...nameOf(kept), amount: "33.75", appeal: "none", undone: false, answer: null },
    ]);
    expect((await ask("GET", "/operator/take-backs", undefined, other)).data).toEqual({
      take_backs: [],
    });
  });

  it("is looked at again when its operator asks for that, and is owed again", async () => {
    expect(await appeal(other)).toMatchObject({ status: 404, code: "SHARE_NOT_FOUND" });
    expect(await appeal()).toMatchObject({ status: 200 });
    expect(await appeal()).toMatchObject({ status: 200 });
    expect(await listed()).toMatchObject([{ appeal: "open" }]);
    await move("RestoreShare", "c");
    expect(await listed()).toMatchObject([{ appeal: "settled", undone: true }]);
    await expect(move("VoidShare", "a")).rejects.toMatchObject({ code: "TAKE_BACK_UNDONE" });
  });

  it("is settled once the time to appeal is over", async () => {
    await move("VoidShare", "b");
    clock.set(plusMs(begin, 14 * day));
    const late = await call(server, "POST", "/auth/login", {
      body: { email: owner.email, password: owner.password },
    });
    const token = String(late.data["access_token"]);
    const body = { ...nameOf(kept), words: "Late." };
    const answer = await call(server, "POST", "/operator/take-backs/appeal", { token, body });
    expect(answer).toMatchObject({ status: 409, code: "APPEAL_TOO_LATE" });
  });
});
