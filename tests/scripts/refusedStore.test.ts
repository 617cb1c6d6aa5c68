import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { status } from "@grpc/grpc-js";
import { expect, inject, it } from "vitest";
import { completeEnvironment } from "../support/completeEnvironment.js";
import { failing, startStoreStub } from "../support/storeStub.js";
import { temporaryFolder } from "../support/temporaryFolder.js";
import { runScript } from "../support/terminal.js";

/** Whatever opens the event store: the processes, and the commands of package.json. */
const programs = [
  ["api/main.ts"],
  ["projections/main.ts"],
  ["workers/main.ts"],
  ["workers/schedulerMain.ts"],
  ["scripts/initDb.ts"],
  ["scripts/replay.ts"],
  ["scripts/balances.ts"],
];

async function run(file: string, settings: Readonly<Record<string, string>> = {}) {
  const folder = temporaryFolder();
  const { port } = await startStoreStub({
    read: failing(status.PERMISSION_DENIED, "Access Denied", { exception: "access-denied" }),
  });
  const program = runScript("scripts/bootstrap.mjs", [file], {
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      ...completeEnvironment,
      EVENTSTORE_URL: `esdb://admin:hunter2@127.0.0.1:${port}?tls=false`,
      DATABASE_URL: inject("mariaDbUrl"),
      REDIS_URL: inject("redisUrl"),
      BLOB_URL: pathToFileURL(join(folder, "blobs")).href,
      CERTIFICATE_KEY_FILE: join(folder, "certificate.pem"),
      ...settings,
    },
  });
  expect(await program.ended).toBe(1);
  return program.lines;
}

const refusal = /^EVENTSTORE_URL: .*may not read \$all.*\.$/;

it.each(programs)("%s says in one line that the event store does not let it in", async (file) => {
  expect(await run(file)).toEqual([expect.stringMatching(refusal)]);
});

it("init-db, which every start comes by once, also names what is set in vain", async () => {
  const set = { WORKER_MAX_IDLE_TIME: "300", WORKER_TIMEOUT: "300" };
  expect(await run("scripts/initDb.ts", set)).toEqual([
    "Set, but used by nothing yet: WORKER_MAX_IDLE_TIME, WORKER_TIMEOUT.",
    expect.stringMatching(refusal),
  ]);
});
