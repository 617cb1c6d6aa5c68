import type { Installed } from "../support/installed.js";
import { joinNode, type TestNode } from "../support/testNode.js";
import type { Attack } from "./attack.js";

const identities = 12;
const forMs = 8_000;

export const freeIdentities: Attack = {
  name: "free identities",
  tries: "Joins as many nodes that take all work and fail it at once, or hold it and never answer.",
  async run(installed: Installed) {
    const joined = await Promise.all(
      Array.from({ length: identities }, () => joinNode(installed).catch(() => undefined)),
    );
    const nodes = joined.filter((node) => node !== undefined);
    const over = AbortSignal.timeout(forMs);
    const taken = await Promise.all(nodes.map((node, n) => spoil(node, over, n % 2 === 0)));
    return { tried: identities + taken.reduce((sum, each) => sum + each, 0), broke: [] };
  },
};

async function spoil(node: TestNode, over: AbortSignal, fails: boolean): Promise<number> {
  let taken = 0;
  while (!over.aborted) {
    const answer = await node.client.lease(over).catch(() => undefined);
    if (answer?.job == null) {
      if (answer === undefined) return taken;
      continue;
    }
    taken += 1;
    if (!fails) return taken;
    await node.client.fail(answer.job.job_id, "failed").catch(() => undefined);
  }
  return taken;
}
