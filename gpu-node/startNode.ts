import { operatorTermsVersion } from "../domain/terms.js";
import {
  loadNodeConfig,
  type NodeConfig,
  unusedSettingsNotice,
} from "../platform/config/config.js";
import { systemClock } from "../platform/process/clock.js";
import { announceReady, closeOnSignal } from "../platform/process/lifecycle.js";
import type { Engine } from "./engine.js";
import { modelsOffered, openEngine } from "./engines.js";
import { loadIdentity } from "./identity.js";
import { GpuNode } from "./node.js";
import { createNodeLog } from "./nodeLog.js";
import { type AboutNode, ServerClient } from "./serverClient.js";
import { softwareVersion } from "./softwareVersion.js";
import { serveStatus } from "./statusServer.js";

/** A job is finished before the node goes: the longest may take a while. */
const graceSeconds = 120;

export async function startNode(): Promise<void> {
  const config = loadNodeConfig();
  const log = createNodeLog({ level: config.logLevel, format: config.logFormat });
  const notice = unusedSettingsNotice();
  if (notice !== undefined) log.warn(notice);
  const engine = openEngine(config.engine);
  const about = aboutOf(config, engine);
  const identity = await loadIdentity(config.dataDir);
  const client = new ServerClient(config.serverUrl, config.serverOrigin, identity);
  const { limits } = config;
  const node = new GpuNode({ client, engine, limits, log, about, clock: systemClock });
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
}

const aboutOf = ({ models, limits, enrolmentToken }: NodeConfig, engine: Engine): AboutNode => ({
  terms_version: operatorTermsVersion,
  ...(enrolmentToken !== undefined && { enrolment_token: enrolmentToken }),
  engine: engine.name,
  software_version: softwareVersion,
  models: modelsOffered(engine, models),
  capabilities: {
    stems: engine.canRenderStems && limits.stems.length > 0,
    duration_max: limits.audioSecondsMax,
    sample_rate_max: limits.sampleRateMax,
  },
  gpu_info: null,
});
