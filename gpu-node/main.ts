import { operatorTermsVersion } from "../domain/terms.js";
import { loadNodeConfig, unusedSettingsNotice } from "../platform/config/config.js";
import { announceReady, closeOnSignal } from "../platform/process/lifecycle.js";
import { createLog } from "../platform/process/log.js";
import { modelsOffered, openEngine } from "./engines.js";
import { loadIdentity } from "./identity.js";
import { GpuNode } from "./node.js";
import { ServerClient } from "./serverClient.js";
import { softwareVersion } from "./softwareVersion.js";
import { serveStatus } from "./statusServer.js";

/** A job is finished before the node goes: the longest may take a while. */
const graceSeconds = 120;

const config = loadNodeConfig();
const log = createLog({ name: "gpu-node", level: config.logLevel });
const notice = unusedSettingsNotice();
if (notice !== undefined) log.warn(notice);
const engine = openEngine(config.engine);
const identity = await loadIdentity(config.dataDir);
const models = modelsOffered(engine, config.models);
const node = new GpuNode({
  client: new ServerClient(config.serverUrl, config.serverOrigin, identity),
  engine,
  limits: config.limits,
  log,
  about: {
    terms_version: operatorTermsVersion,
    engine: engine.name,
    software_version: softwareVersion,
    models,
    capabilities: {
      stems: engine.canRenderStems && config.limits.stems.length > 0,
      duration_max: config.limits.audioSecondsMax,
      sample_rate_max: config.limits.sampleRateMax,
    },
    gpu_info: null,
  },
});
const statusServer = await serveStatus(config, node);
const running = node.run(() => announceReady(log, { port: statusServer.port }));
closeOnSignal(
  [
    { close: () => node.drain() },
    { close: () => running },
    { close: () => engine.close() },
    statusServer,
  ],
  { graceSeconds, log },
);
