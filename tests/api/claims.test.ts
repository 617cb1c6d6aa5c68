import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { load } from "../../commands/handle.js";
import { minute } from "../../domain/limits.js";
import { nodeDecider } from "../../domain/node/decider.js";
import { plusMs } from "../../domain/time.js";
import { signClaim } from "../../gpu-node/claim.js";
import { readNodeKey } from "../../platform/keys/nodeSignatures.js";
import { type Account, call, makeAccount } from "../support/account.js";
import { fakeClock } from "../support/fakeClock.js";
import { openServer, type TestServer } from "../support/server.js";
import { joinNode } from "../support/testNode.js";

let server: TestServer;
let owner: Account;
let other: Account;
const clock = fakeClock(new Date().toISOString());
beforeAll(async () => {
  server = await openServer({ clock });
  owner = await makeAccount(server);
  other = await makeAccount(server);
});
afterAll(() => server.close());

interface Challenge {
  readonly operatorId: string;
  readonly origin: string;
  readonly nonce: string;
}
async function challenge(account = owner): Promise<Challenge> {
  const { data } = await call(server, "POST", "/operator/nodes/claim-challenge", {
    token: account.accessToken,
  });
  const [operatorId, origin, nonce] = [data["operator_id"], data["origin"], data["nonce"]];
  return { operatorId: String(operatorId), origin: String(origin), nonce: String(nonce) };
}

const send = (body: object, account = owner) =>
  call(server, "POST", "/operator/nodes/claim", { body, token: account.accessToken });

async function refused(body: object, account = owner) {
  const before = await server.store.lastPosition();
  const answer = await send(body, account);
  expect(await server.store.lastPosition()).toBe(before);
  return answer;
}

describe("a claim that the node's key signed", () => {
  it("makes the node the account's, once; again it is answered alike", async () => {
    const node = await joinNode(server);
    const body = signClaim(node, await challenge());
    const first = await send(body);
    expect(first).toMatchObject({ status: 200, data: { worker_id: node.nodeId } });
    const { state } = await load(server.store, nodeDecider, { nodeId: node.nodeId });
    expect(state.tenure.payId).toBe(first.data["pay_id"]);
    expect((await refused(body)).data).toEqual(first.data);
    expect((await refused(signClaim(node, await challenge()))).data).toEqual(first.data);
  });

  it("is of no use to another account", async () => {
    const node = await joinNode(server);
    const body = signClaim(node, await challenge());
    expect(await refused(body, other)).toMatchObject({ status: 401, code: "INVALID_SIGNATURE" });
    // Nor with a nonce of the owner's, signed for somebody else.
    const { operatorId } = await challenge(other);
    const relayed = signClaim(node, { ...(await challenge()), operatorId });
    expect(await refused(relayed, other)).toMatchObject({ status: 401, code: "INVALID_CHALLENGE" });
  });

  it("is of no use at another server, nor once it is old, nor a second time", async () => {
    const node = await joinNode(server);
    const elsewhere = { ...(await challenge()), origin: "https://other.example" };
    expect(await refused(signClaim(node, elsewhere))).toMatchObject({ code: "INVALID_SIGNATURE" });
    const madeUp = { ...(await challenge()), nonce: "A".repeat(43) };
    expect(await refused(signClaim(node, madeUp))).toMatchObject({ code: "INVALID_CHALLENGE" });
    const asked = await challenge();
    await send(signClaim(node, asked));
    const second = await joinNode(server);
    const again = await refused(signClaim(second, asked));
    expect(again).toMatchObject({ code: "INVALID_CHALLENGE" });
  });

  it("does not take a node away from who claimed it", async () => {
    const node = await joinNode(server);
    await send(signClaim(node, await challenge()));
    const theirs = await refused(signClaim(node, await challenge(other)), other);
    expect(theirs).toMatchObject({ status: 409, code: "NODE_CLAIMED_BY_ANOTHER" });
  });

  it("needs a node that registered, and a key that can be one's", async () => {
    const { privateKey } = generateKeyPairSync("ed25519");
    const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const stranger = signClaim(readNodeKey(pem), await challenge());
    expect(await refused(stranger)).toMatchObject({ status: 404, code: "NODE_NOT_FOUND" });
    const noKey = { ...stranger, public_key: "A".repeat(43) };
    expect(await refused(noKey)).toMatchObject({ status: 422, code: "INVALID_PUBLIC_KEY" });
  });

  it("begins with a fresh sign-in", async () => {
    clock.set(plusMs(clock.now(), 6 * minute));
    const late = await call(server, "POST", "/operator/nodes/claim-challenge", {
      token: owner.accessToken,
    });
    expect(late).toMatchObject({ status: 403, code: "SIGN_IN_AGAIN" });
    clock.set(plusMs(clock.now(), -6 * minute));
  });
});
