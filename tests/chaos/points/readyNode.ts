import { generateKeyPairSync } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { ServerClient } from "../../../gpu-node/serverClient.js";
import { isSessionLost } from "../../../gpu-node/serverRefusal.js";
import { readNodeKey } from "../../../platform/keys/nodeSignatures.js";
import { audioHash, nodeAbout, rightAudio } from "../../support/testNode.js";

const retryMs = 50;
const handInMs = 20_000;

/** A node that has its audio ready, and is back at once however often the server dies. */
export async function runReadyNode(url: string, signal: AbortSignal): Promise<void> {
  const pem = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" });
  const client = new ServerClient(url, url, readNodeKey(pem.toString()));
  let isRegistered = false;
  while (!signal.aborted) {
    try {
      if (!isRegistered) await client.register(nodeAbout);
      isRegistered = true;
      await workOnce(client, signal);
    } catch (error) {
      if (isSessionLost(error)) isRegistered = false;
      await pause(retryMs);
    }
  }
}

async function workOnce(client: ServerClient, signal: AbortSignal): Promise<void> {
  const answer = await client.lease(signal);
  if (answer.job === null) return;
  const wav = rightAudio(answer.job);
  const result = { wav, audioSha256: audioHash(wav), model: "synth-1" };
  await client.sendResult(answer.job.job_id, result, performance.now() + handInMs);
}
