import { handle } from "../../commands/handle.js";
import { nodeDecider } from "../../domain/node/decider.js";
import { newId } from "../../platform/ids.js";
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
