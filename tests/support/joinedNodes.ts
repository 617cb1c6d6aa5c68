import { handle } from "../../commands/handle.js";
import { lookUpOwner } from "../../commands/node/owner.js";
import { generationDecider } from "../../domain/generation/decider.js";
import type { NodeCommand } from "../../domain/node/commands.js";
import { nodeDecider } from "../../domain/node/decider.js";
import { nodeStream } from "../../domain/node/events.js";
import { operatorDecider } from "../../domain/operator/decider.js";
import { operatorStream } from "../../domain/operator/events.js";
import { newId } from "../../platform/ids.js";
import { findNode, noteNode } from "../../platform/redis/nodes.js";
import { completionOf } from "./endings.js";
import { requestLoop } from "./requesting.js";
import type { Unheard } from "./unheardGenerations.js";
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

type OwnerChange = "NodeClaimed" | "NodeSuspended" | "NodeReinstated" | "PayeeLinked";

/** A node that is online, and of which the ledger then has another owner, payee or suspension. */
export async function ownerChanges(world: World, type: OwnerChange): Promise<Unheard> {
  const nodeId = await joinLedger(world);
  const about = { nodeId, at };
  const operatorId = newId();
  const proof = { by: "token" as const, tokenId: newId() };
  const why = { reason: "copies", evidenceSha256: "a".repeat(64) };
  const tell = (command: NodeCommand) => handle(world.ledger, nodeDecider, command, contextAt(at));
  const claim = { type: "ClaimNode" as const, ...about, operatorId, payId: newId(), proof };
  const before: Record<OwnerChange, () => Promise<unknown>> = {
    NodeClaimed: async () => undefined,
    NodeSuspended: async () => undefined,
    NodeReinstated: () => tell({ type: "SuspendNode", ...about, ...why }),
    PayeeLinked: () => tell(claim),
  };
  await before[type]();
  const able = { models: [], stems: false, audioMsMax: 30_000, sampleRateMax: 48_000 };
  const heard = { seenAt: at, onlineSince: at, state: "idle" as const, telemetry: {} };
  await noteNode(world.redis, { nodeId, block: "a", ...able, ...heard });
  await lookUpOwner(world, nodeId);
  const change: Record<OwnerChange, () => Promise<unknown>> = {
    NodeClaimed: () => tell(claim),
    NodeSuspended: () => tell({ type: "SuspendNode", ...about, ...why }),
    NodeReinstated: () => tell({ type: "ReinstateNode", ...about, ...why }),
    PayeeLinked: () => {
      const link = {
        type: "LinkPayee" as const,
        operatorId,
        at,
        payeeId: newId(),
        isOthers: false,
      };
      return handle(world.ledger, operatorDecider, link, contextAt(at));
    },
  };
  await change[type]();
  const seen = async () => {
    const node = await findNode(world.redis, nodeId);
    return [node?.operatorId, node?.payeeId, node?.suspended].map((field) => field !== undefined);
  };
  return { stream: type === "PayeeLinked" ? operatorStream(operatorId) : nodeStream(nodeId), seen };
}

/** A node that somebody claimed and that was suspended, and maybe reinstated. */
export async function suspension(
  { ledger }: Pick<World, "ledger">,
  last: "NodeSuspended" | "NodeReinstated",
): Promise<{ readonly stream: string }> {
  const nodeId = await joinLedger({ ledger });
  const about = { nodeId, at };
  const proof = { by: "token" as const, tokenId: newId() };
  const why = { reason: "copies", evidenceSha256: "a".repeat(64) };
  const claim = { type: "ClaimNode" as const, operatorId: newId(), payId: newId(), proof };
  const commands: NodeCommand[] = [
    { ...claim, ...about },
    { type: "SuspendNode", ...about, ...why },
    ...(last === "NodeReinstated" ? [{ type: "ReinstateNode" as const, ...about, ...why }] : []),
  ];
  for (const command of commands) await handle(ledger, nodeDecider, command, contextAt(at));
  return { stream: nodeStream(nodeId) };
}
