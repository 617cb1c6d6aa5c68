import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { load } from "../../commands/handle.js";
import { enrolmentTokenMs } from "../../domain/limits.js";
import { nodeDecider } from "../../domain/node/decider.js";
import { plusMs } from "../../domain/time.js";
import { ServerClient } from "../../gpu-node/serverClient.js";
import { readNodeKey } from "../../platform/keys/nodeSignatures.js";
import { type Account, call, makeAccount } from "../support/account.js";
import { fakeClock } from "../support/fakeClock.js";
import { openServer, type TestServer } from "../support/server.js";
import { nodeAbout } from "../support/testNode.js";

let server: TestServer;
let owner: Account;
let other: Account;
/** Here; outside of tests a hundred. */
const perDay = 20;
const clock = fakeClock(new Date().toISOString());
beforeAll(async () => {
  const rateLimits = [{ name: "enrolment" as const, calls: perDay, seconds: 86_400 }];
  server = await openServer({ clock, rateLimits });
  owner = await makeAccount(server);
  other = await makeAccount(server);
});
afterAll(() => server.close());

async function makeToken(account = owner): Promise<{ id: string; token: string }> {
  const { status, data } = await call(server, "POST", "/operator/enrolment-tokens", {
    token: account.accessToken,
  });
  expect(status).toBe(201);
  return { id: String(data["id"]), token: String(data["token"]) };
}

/** A machine of its own, with a key that nobody has seen. */
function newNode() {
  const { privateKey } = generateKeyPairSync("ed25519");
  const identity = readNodeKey(privateKey.export({ type: "pkcs8", format: "pem" }).toString());
  const client = new ServerClient(server.url, server.url, identity);
  return {
    register: (token?: string) =>
      client.register({ ...nodeAbout, ...(token !== undefined && { enrolment_token: token }) }),
  };
}

async function historyOf(nodeId: string) {
  const { events, state } = await load(server.store, nodeDecider, { nodeId });
  return { types: events.map(({ event }) => event.type), operatorId: state.tenure.operatorId };
}

describe("a node with an enrolment token", () => {
  it("belongs to the account that made it, once and for ever", async () => {
    const { token } = await makeToken();
    const node = newNode();
    const { worker_id, claimed } = await node.register(token);
    expect(claimed).toBe(true);
    const first = await historyOf(worker_id);
    expect(first.types.filter((type) => type === "NodeClaimed")).toHaveLength(1);
    expect(first.operatorId).toMatch(/^[0-9a-f-]{36}$/);

    // The setting stays where it is, also after the token would have expired; or it goes.
    clock.set(plusMs(clock.now(), enrolmentTokenMs));
    for (const again of [token, undefined]) {
      expect(await node.register(again)).toMatchObject({ worker_id, claimed: true });
    }
    expect(await historyOf(worker_id)).toEqual(first);
    clock.set(plusMs(clock.now(), -enrolmentTokenMs));
  });

  it("that registered without one is nobody's, until it has one", async () => {
    const node = newNode();
    expect((await node.register()).claimed).toBe(false);
    expect((await node.register((await makeToken()).token)).claimed).toBe(true);
  });

  it("is one of two that come at once with the same token", async () => {
    const { token } = await makeToken();
    const answers = await Promise.allSettled([
      newNode().register(token),
      newNode().register(token),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });
});

describe("a token that is not good", () => {
  async function refused(token: string, node = newNode()) {
    const before = await server.store.lastPosition();
    const error = await node.register(token).catch((reason: unknown) => reason);
    expect(await server.store.lastPosition()).toBe(before);
    return error;
  }

  it("lets no node in, and nothing is written: used by another, unknown", async () => {
    const { token } = await makeToken();
    await newNode().register(token);
    expect(await refused(token)).toMatchObject({ status: 409, code: "ENROLMENT_TOKEN_USED" });
    const madeUp = `obsidian_enrol_${"0".repeat(48)}`;
    expect(await refused(madeUp)).toMatchObject({ status: 404, code: "ENROLMENT_TOKEN_UNKNOWN" });
  });

  it("nor one that is revoked, by its owner and nobody else", async () => {
    const { id, token } = await makeToken();
    const path = `/operator/enrolment-tokens/${id}`;
    const byOther = await call(server, "DELETE", path, { token: other.accessToken });
    expect(byOther).toMatchObject({ status: 404, code: "ENROLMENT_TOKEN_UNKNOWN" });
    expect((await call(server, "DELETE", path, { token: owner.accessToken })).status).toBe(200);
    expect(await refused(token)).toMatchObject({ status: 422, code: "ENROLMENT_TOKEN_REVOKED" });
  });

  it("nor one that is a day old", async () => {
    const { token } = await makeToken();
    clock.set(plusMs(clock.now(), enrolmentTokenMs));
    expect(await refused(token)).toMatchObject({ status: 422, code: "ENROLMENT_TOKEN_EXPIRED" });
    clock.set(plusMs(clock.now(), -enrolmentTokenMs));
  });

  it("nor one of another account, where the node has an owner", async () => {
    const node = newNode();
    await node.register((await makeToken()).token);
    const { token } = await makeToken(other);
    const error = await refused(token, node);
    expect(error).toMatchObject({ status: 409, code: "NODE_CLAIMED_BY_ANOTHER" });
  });

  it("nor one of an account that was ended since", async () => {
    const leaving = await makeAccount(server);
    const { token } = await makeToken(leaving);
    await call(server, "DELETE", "/user/profile", { token: leaving.accessToken });
    const error = await newNode()
      .register(token)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "ENROLMENT_TOKEN_UNKNOWN" });
  });
});

describe("making a token", () => {
  it("asks for a fresh sign-in, and no API key will do", async () => {
    const path = "/operator/enrolment-tokens";
    expect((await call(server, "POST", path, { key: owner.apiKey })).status).toBe(401);
    clock.set(plusMs(clock.now(), 6 * 60_000));
    const late = await call(server, "POST", path, { token: owner.accessToken });
    expect(late).toMatchObject({ status: 403, code: "SIGN_IN_AGAIN" });
    clock.set(plusMs(clock.now(), -6 * 60_000));
  });

  it("keeps nothing of it that opens anything", async () => {
    const { id, token } = await makeToken();
    const { events } = await server.store.read(`enrolment-${id}`);
    expect(JSON.stringify(events.map(({ event }) => event))).not.toContain(token);
  });

  it("is done so often in a day, and then no more", async () => {
    const eager = await makeAccount(server);
    const make = () =>
      call(server, "POST", "/operator/enrolment-tokens", { token: eager.accessToken });
    for (let n = 0; n < perDay; n += 1) expect((await make()).status).toBe(201);
    expect(await make()).toMatchObject({ status: 429, code: "RATE_LIMITED" });
  });
});
