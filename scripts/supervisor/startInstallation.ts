import { join } from "node:path";
import { openPrivateFolder } from "./dataFolder.js";
import type { Installation } from "./installation.js";
import { processTable } from "./processTable.js";
import { refuseBusyPort } from "./publicPort.js";
import type { Supervisor } from "./supervisor.js";
import { installMissing } from "./systemPackages.js";

const privateFolders = ["blobs", "keys", "mail"];

/** From nothing to a server that answers. @throws Refusal when something can't start */
export async function startInstallation(
  installation: Installation,
  supervisor: Supervisor,
): Promise<void> {
  const { config, dataDir, own } = installation;
  await refuseBusyPort(config.http.host, config.http.port);
  installMissing([
    "ffmpeg",
    ...(own.mariaDb ? ["mariaDb" as const] : []),
    ...(own.redis ? ["redis" as const] : []),
  ]);
  for (const name of privateFolders) openPrivateFolder(join(dataDir, name));
  for (const stage of processTable(installation)) {
    await Promise.all(stage.map((spec) => supervisor.start(spec)));
  }
}
