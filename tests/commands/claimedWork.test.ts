import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { handle } from "../../commands/handle.js";
import { lookUpOwner } from "../../commands/node/owner.js";
import { generationStream } from "../../domain/generation/events.js";
import { nodeDecider } from "../../domain/node/decider.js";
import { operatorDecider } from "../../domain/operator/decider.js";
import { newId, nodeIdOf } from "../../platform/ids.js";
import { systemClock } from "../../platform/process/clock.js";
import { type Account, call, makeAccount } from "../support/account.js";
import { openServer, type TestServer } from "../support/server.js";
import { joinNode, type TestNode } from "../support/testNode.js";
import { contextAt } from "../support/world.js";

let server: TestServer;
let asking: Account;
let userId: string;
beforeAll(async () => {
  server = await openServer();
  asking = await makeAccount(server);
  const { data } = await call(server, "GET", "/auth/me", { token: asking.accessToken });
  userId = String(data["id"] ?? data["user_id"]);
});
afterAll(() => server.close());

const at = systemClock.now();

async function claimFor(operatorId: string, { nodeId }: TestNode): Promise<void> {
  const proof = { by: "token" as const, tokenId: newId() };
  const claim = { type: "ClaimNode" as const, nodeId, at, operatorId, payId: newId(), proof };
  await handle(server.ledger, nodeDecider, claim, contextAt(at));
  await lookUpOwner(server, nodeId);
}

async function link(operatorId: string, payeeId: string): Promise<void> {
  const command = { type: "LinkPayee" as const, operatorId, at, payeeId, isOthers: false };
  await handle(server.ledger, operatorDecider, command, contextAt(at));
}

let seed = 900;
/** One loop, asked for and made; what the ledger says of it. */
async function loopBy(node: TestNode) {
  seed += 1;
  const body = { prompt: "dub techno", bpm: 120, generation_duration: 1, seed };
  const headers = { prefer: "respond-async" };
  const asked = await call(server, "POST", "/generate", { key: asking.apiKey, body, headers });
  await node.handIn(await node.lease());
  const id = String(asked.headers.get("x-request-id"));
  const { events } = await server.store.read(generationStream(id));
  const of = (type: string) => events.find(({ event }) => event.type === type)?.event.data;
  return { leased: of("GenerationLeased"), contribution: of("ContributionRecorded") };
}

describe("work of nodes that somebody claimed", () => {
  it("says where its own operator asked for it, or somebody with the same payee", async () => {
    const node = await joinNode(server);
    const unclaimed = await loopBy(node);
    expect(unclaimed.contribution?.private).toMatchObject({ ownWork: "same-block" });
    const [other, payeeId] = [newId(), newId()];
    await claimFor(other, node);
    await link(other, payeeId);
    await link(userId, payeeId);
    await lookUpOwner(server, node.nodeId);
    const samePayee = await loopBy(node);
    expect(samePayee.contribution?.private).toMatchObject({ ownWork: "same-payee" });
    await node.client.heartbeat({ status: "draining" });

    const own = await joinNode(server);
    await claimFor(userId, own);
    expect((await loopBy(own)).contribution?.private).toMatchObject({ ownWork: "same-account" });
    await own.client.heartbeat({ status: "draining" });
  });

  it("says from how many payees it was drawn, and how many were there", async () => {
    const nodes = [await joinNode(server), await joinNode(server), await joinNode(server)];
    const small = await joinNode(server, {
      capabilities: { stems: true, duration_max: 1, sample_rate_max: 8000 },
    });
    for (const [n, node] of [...nodes, small].entries()) {
      const operatorId = newId();
      await claimFor(operatorId, node);
      // The first two are one payee's.
      await link(operatorId, `00000000-0000-4000-8000-00000000000${Math.max(1, n)}`);
      await lookUpOwner(server, node.nodeId);
    }
    await server.redis.del("nothing");
    const [first] = nodes;
    if (first === undefined) throw new Error("No node joined.");
    const { leased, contribution } = await eventually(() => loopBy(first));
    expect(leased?.private).toMatchObject({ drawnFrom: 2, payeesOnline: 3 });
    expect(contribution?.public).toMatchObject({ drawnFrom: 2, payeesOnline: 3 });
    expect(nodeIdOf(first.publicKey)).toBe(first.nodeId);
  });
});

/** The list of nodes that are online may be a second old. */
async function eventually(make: () => ReturnType<typeof loopBy>): ReturnType<typeof loopBy> {
  for (let round = 0; round < 20; round += 1) {
    const made = await make();
    const { payeesOnline } = Object(made.leased?.private);
    if (payeesOnline === 3) return made;
  }
  return make();
}
