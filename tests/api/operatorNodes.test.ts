import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { handle } from "../../commands/handle.js";
import { nodeDecider } from "../../domain/node/decider.js";
import { signClaim } from "../../gpu-node/claim.js";
import { systemClock } from "../../platform/process/clock.js";
import { findNode } from "../../platform/redis/nodes.js";
import { type Account, call, makeAccount } from "../support/account.js";
import { openServer, type TestServer } from "../support/server.js";
import { joinNode, type TestNode } from "../support/testNode.js";
import { contextAt } from "../support/world.js";

let server: TestServer;
let owner: Account;
let other: Account;
let node: TestNode;
beforeAll(async () => {
  server = await openServer();
  owner = await makeAccount(server);
  other = await makeAccount(server);
  node = await joinNode(server);
  const token = owner.accessToken;
  const { data } = await call(server, "POST", "/operator/nodes/claim-challenge", { token });
  const [operatorId, origin, nonce] = [data["operator_id"], data["origin"], data["nonce"]];
  const body = signClaim(node, { operatorId, origin, nonce });
  expect((await call(server, "POST", "/operator/nodes/claim", { body, token })).status).toBe(200);
});
afterAll(() => server.close());

const read = (path: string, account = owner) =>
  call(server, "GET", path, { token: account.accessToken });
const decisions = () => `/operator/nodes/${node.nodeId}/decisions`;
const why = { reason: "It sells copies.", evidenceSha256: "a".repeat(64) };

async function tell(type: "SuspendNode" | "ReinstateNode"): Promise<void> {
  const at = systemClock.now();
  const command = { type, nodeId: node.nodeId, at, ...why };
  await handle(server.ledger, nodeDecider, command, contextAt(at));
  // The reaction tells Redis; looking is all one can do.
  const isSuspended = type === "SuspendNode";
  for (;;) {
    const known = await findNode(server.redis, node.nodeId);
    if ((known?.suspended === "yes") === isSuspended) return;
  }
}

describe("an operator's nodes", () => {
  it("are listed for their operator, and for nobody else", async () => {
    const { data } = await read("/operator/nodes");
    expect(data["nodes"]).toEqual([
      expect.objectContaining({
        worker_id: node.nodeId,
        online: true,
        on_probation: true,
        trusted_at: null,
        suspended_at: null,
        skipped: {},
      }),
    ]);
    expect((await read("/operator/nodes", other)).data["nodes"]).toEqual([]);
    expect(await read(decisions(), other)).toMatchObject({ status: 404, code: "NODE_NOT_FOUND" });
    const nobody = await call(server, "GET", "/operator/nodes", { key: owner.apiKey });
    expect(nobody.status).toBe(401);
  });

  it("that are suspended get no work and say why, until they are reinstated", async () => {
    await tell("SuspendNode");
    const answer = await node.client.lease(new AbortController().signal);
    expect(answer).toMatchObject({ job: null, notice: "suspended", retry_after_seconds: 60 });
    const body = { prompt: "dub techno", bpm: 120, generation_duration: 1 };
    const asked = await call(server, "POST", "/generate", { key: owner.apiKey, body });
    expect(asked).toMatchObject({ status: 503, code: "NO_WORKERS_AVAILABLE" });
    const newest = async () => (await read(decisions())).data["decisions"]?.[0];
    while ((await newest())?.decision !== "suspended");
    expect(await newest()).toMatchObject({ decision: "suspended", reason: why.reason });

    await tell("ReinstateNode");
    expect(await node.client.heartbeat({ status: "idle" })).not.toHaveProperty("notice");
    while ((await newest())?.decision !== "reinstated");
  });

  it("show what became of work that does not count, with the reason", async () => {
    const body = { prompt: "dub techno", bpm: 120, generation_duration: 1 };
    const headers = { prefer: "respond-async" };
    let seen: string[] = [];
    // The list of nodes that are online may be a second old.
    for (let status = 0; status !== 202; ) {
      ({ status } = await call(server, "POST", "/generate", { key: owner.apiKey, body, headers }));
    }
    await node.handIn(await node.lease());
    while (seen.length === 0) {
      const { data } = await read(decisions());
      const rows: { decision: string; reason: string }[] = data["decisions"];
      seen = rows.filter((row) => row.decision === "counts-nothing").map((row) => row.reason);
    }
    expect(seen).toEqual(["asked-by-operator"]);
  });
});
