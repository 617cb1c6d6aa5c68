import { signatureHeader } from "../../domain/node/wire.js";
import type { Installed } from "../support/installed.js";
import { joinNode, rightAudio, type TestNode } from "../support/testNode.js";
import { type Attack, fromSomewhere, order, statusOf } from "./attack.js";

const nodesMax = 4;
const forMs = 6_000;
/** It rests for 1, 2, 4 s … after each, and each may be sent three times. */
const readOfNodeMax = 9;

export const badSignatures: Attack = {
  name: "bad signatures",
  tries: "Takes work and hands in files that it never signed, again and again.",
  async run(installed: Installed) {
    const { apiKey } = await installed.makePerson();
    const nodes = await Promise.all(Array.from({ length: nodesMax }, () => joinNode(installed)));
    await Promise.all(nodes.map(() => order(installed, apiKey, { generation_duration: 1 })));
    const over = AbortSignal.timeout(forMs);
    const read = await Promise.all(nodes.map((node) => handInRubbish(installed, node, over)));
    const broke = read
      .filter((count) => count > readOfNodeMax)
      .map((count) => `${count} files of one node were read that it never signed.`);
    return { tried: read.reduce((sum, each) => sum + each, 0), broke };
  },
};

/** How many of them were read. */
async function handInRubbish(
  { url }: Installed,
  { client, token }: TestNode,
  over: AbortSignal,
): Promise<number> {
  let read = 0;
  while (!over.aborted) {
    const answer = await client.lease(over).catch(() => undefined);
    if (answer?.job == null) continue;
    const { job } = answer;
    const path = `${url}/api/v1/workers/jobs/${job.job_id}/result`;
    const headers = {
      ...{ authorization: `Bearer ${token}`, "content-type": "audio/wav", "x-model": "synth-1" },
      ...{ [signatureHeader]: "c2ln", ...fromSomewhere() },
    };
    const request = { method: "PUT", headers, body: rightAudio(job), signal: over };
    while (!over.aborted && (await statusOf(fetch(path, request))) === 401) read += 1;
  }
  return read;
}
