/**
 * Nodes whose engine has the audio ready: what remains is the server's work. Each is a node of its
 * own, with its own key and lease; all of them share this process. Arguments: server url, count.
 */
import { generateKeyPairSync } from "node:crypto";
import { knownModels } from "../../domain/generation/models.js";
import { operatorTermsVersion } from "../../domain/terms.js";
import type { Engine } from "../../gpu-node/engine.js";
import { GpuNode } from "../../gpu-node/node.js";
import { ServerClient } from "../../gpu-node/serverClient.js";
import { readNodeKey } from "../../platform/keys/nodeSignatures.js";
import { systemClock } from "../../platform/process/clock.js";
import { announceReady } from "../../platform/process/lifecycle.js";
import { createLog } from "../../platform/process/log.js";
import { newLoop, stepsPcm } from "./benchLoop.js";

const [, , serverUrl = "", count = "1"] = process.argv;
const [model] = knownModels;
const log = createLog({ name: "readyNodes", level: "warn" });
const pcm = stepsPcm();

const engine: Engine = {
  name: "ready",
  models: [model],
  canRenderStems: true,
  generate: async () => ({ pcm: newLoop(pcm), model }),
  close: async () => undefined,
};

function newNode(): GpuNode {
  const { privateKey } = generateKeyPairSync("ed25519");
  const identity = readNodeKey(privateKey.export({ type: "pkcs8", format: "pem" }).toString());
  return new GpuNode({
    client: new ServerClient(serverUrl, serverUrl, identity),
    engine,
    log,
    clock: systemClock,
    limits: { audioSecondsMax: 30, sampleRateMax: 192_000, stems: [] },
    about: {
      terms_version: operatorTermsVersion,
      engine: engine.name,
      software_version: "bench",
      models: [model],
      capabilities: { stems: false, duration_max: 30, sample_rate_max: 192_000 },
      gpu_info: null,
    },
  });
}

let registered = 0;
const nodes = Array.from({ length: Number(count) }, newNode);
for (const node of nodes) {
  void node.run(() => {
    registered += 1;
    if (registered === nodes.length) announceReady(log);
  });
}
process.on("disconnect", () => process.exit());
