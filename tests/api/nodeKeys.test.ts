import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ServerClient } from "../../gpu-node/serverClient.js";
import { readNodeKey } from "../../platform/keys/nodeSignatures.js";
import { call } from "../support/account.js";
import { openServer, type TestServer } from "../support/server.js";
import { joinNode, nodeAbout } from "../support/testNode.js";

let server: TestServer;
beforeAll(async () => {
  server = await openServer({
    rateLimits: [
      { name: "node-registration", calls: 100, seconds: 600 },
      { name: "sign-in", calls: 5, seconds: 600 },
    ],
  });
});
afterAll(() => server.close());

function newIdentity() {
  const { privateKey } = generateKeyPairSync("ed25519");
  return readNodeKey(privateKey.export({ type: "pkcs8", format: "pem" }).toString());
}
/** A run of a node's program; each is another one to the server, as on another machine. */
const runOf = (identity: ReturnType<typeof newIdentity>) =>
  new ServerClient(server.url, server.url, identity);
const beat = (client: ServerClient) => client.heartbeat({ status: "idle" });
const poll = async (token: string) => {
  const options = { body: { wait_seconds: 0 }, token };
  return (await call(server, "POST", "/workers/jobs/lease", options)).data;
};
const turnedAway = { status: 409, code: "NODE_KEY_IN_USE", retryAfterMs: 60_000 };

describe("one key on two machines", () => {
  it("works on the one that came last, and both are told what to do", async () => {
    const identity = newIdentity();
    const [first, second] = [runOf(identity), runOf(identity)];
    await first.register(nodeAbout);
    const { session_token } = await second.register(nodeAbout);
    // So far the first may have died: it is a restart like any other.
    expect(await beat(second)).not.toHaveProperty("notice");
    await expect(beat(first)).rejects.toMatchObject({ status: 401 });
    await expect(first.register(nodeAbout)).rejects.toMatchObject(turnedAway);
    await expect(first.register(nodeAbout)).rejects.toThrow(/move node-key\.pem out of its data/);
    expect(await beat(second)).toMatchObject({ notice: "key-in-use-elsewhere" });
    expect(await poll(session_token)).toMatchObject({ job: null, notice: "key-in-use-elsewhere" });
  });

  it("lets the first in again once the second has left", async () => {
    const identity = newIdentity();
    const [first, second] = [runOf(identity), runOf(identity)];
    await first.register(nodeAbout);
    await second.register(nodeAbout);
    await expect(first.register(nodeAbout)).rejects.toMatchObject(turnedAway);
    await second.heartbeat({ status: "draining" });
    await first.register(nodeAbout);
    expect(await beat(first)).toMatchObject({ directive: "continue" });
  });

  it("is not what restarts look like, however many there are", async () => {
    const identity = newIdentity();
    for (let start = 0; start < 10; start += 1) {
      const run = runOf(identity);
      await run.register(nodeAbout);
      // And where the server forgot its session.
      await run.register(nodeAbout);
      expect(await beat(run)).not.toHaveProperty("notice");
    }
  });
});

describe("a node that registers", () => {
  it("hears what it did since ever", async () => {
    const { worker_id, totals } = await runOf(newIdentity()).register(nodeAbout);
    expect(totals).toEqual({ jobs: 0, units: 0 });
    expect(worker_id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("never spends the sign-ins of people at its address, and is bounded itself", async () => {
    const identity = newIdentity();
    const joining = async () => {
      for (;;) await runOf(identity).register(nodeAbout);
    };
    await expect(joining()).rejects.toMatchObject({
      status: 429,
      code: "RATE_LIMITED",
      retryAfterMs: expect.any(Number),
    });
    const login = { email: "nobody@example.org", password: "a wrong password" };
    expect(await call(server, "POST", "/auth/login", { body: login })).toMatchObject({
      status: 401,
      code: "INVALID_LOGIN",
    });
    await expect(joinNode(server)).rejects.toMatchObject({ status: 429 });
  });
});
