import { join } from "node:path";
import { openPrivateFolder } from "./dataFolder.js";
import type { Installation } from "./installation.js";
import { processTable, type Row } from "./processTable.js";
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
  await startAll(processTable(installation), supervisor);
}

/** Each starts as soon as those it needs are ready; what is not in the table is ready already. */
export async function startAll(
  table: readonly Row[],
  supervisor: Pick<Supervisor, "start">,
): Promise<void> {
  const ready = new Map<string, Promise<void>>();
  for (const { spec, needs } of table) {
    const needed = Promise.all(needs.map((name) => ready.get(name)));
    ready.set(
      spec.name,
      needed.then(() => supervisor.start(spec)),
    );
  }
  await Promise.all(ready.values());
}
