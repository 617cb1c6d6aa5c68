import { handle } from "../../commands/handle.js";
import { generationDecider } from "../../domain/generation/decider.js";
import { nodeDecider } from "../../domain/node/decider.js";
import { newId } from "../../platform/ids.js";
import { completionOf } from "./endings.js";
import { requestLoop } from "./requesting.js";
import { openedAt as at, contextAt, type World } from "./world.js";

/** A node that is in the ledger, and nowhere else; its id. */
export async function joinLedger({ ledger }: Pick<World, "ledger">): Promise<string> {
  const nodeId = newId();
  const description = {
    engine: "synth" as const,
    softwareVersion: "0.1.0",
    models: ["synth-1"],
    stems: true,
    audioMsMax: 30_000,
    sampleRateMax: 192_000,
    gpu: null,
  };
  const about = { nodeId, at, publicKey: "A".repeat(43), termsVersion: "2026-11", description };
  await handle(ledger, nodeDecider, { type: "RegisterNode", ...about }, contextAt(at));
  return nodeId;
}

/** Jobs of this node, done and accepted at these times; the ids of the generations. */
export async function workFor(
  world: World,
  nodeId: string,
  times: readonly string[],
): Promise<string[]> {
  const ids: string[] = [];
  for (const time of times) {
    const { generationId } = await requestLoop(world, { at: time });
    const leaseId = newId();
    const lease = { type: "LeaseGeneration" as const, generationId, at: time, leaseId, nodeId };
    await handle(world.ledger, generationDecider, lease, contextAt(time));
    const done = { ...completionOf(leaseId, time), generationId };
    await handle(world.ledger, generationDecider, done, contextAt(time));
    ids.push(generationId);
  }
  return ids;
}
