import { fork } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { startEventStore } from "../../eventstore/server.js";
import { DataFolderError } from "../../eventstore/storage/dataFolder.js";
import { temporaryFolder, temporaryStore } from "./temporaryStore.js";

const start = (dataDir: string) => startEventStore({ dataDir });

it("is made, for nobody else, if it is missing", async () => {
  const dataDir = join(temporaryFolder(), "a", "b");
  await temporaryStore({ dataDir });
  expect(statSync(dataDir).mode & 0o777).toBe(0o700);
});

it("is refused while another store of the same process uses it, and taken when that closes", async () => {
  const dataDir = temporaryFolder();
  const first = await temporaryStore({ dataDir });
  await expect(start(dataDir)).rejects.toThrow(
    `${dataDir} is in use by process ${process.pid}. Stop that event store or choose another`,
  );
  await first.close();
  await temporaryStore({ dataDir });
});

it("is refused while another process uses it, and taken when that is killed", async () => {
  const dataDir = temporaryFolder();
  const other = fork("eventstore/main.ts", ["--data", dataDir, "--port", "0"], {
    execArgv: ["--import", "tsx"],
  });
  onTestFinished(() => void other.kill("SIGKILL"));
  await once(other, "message");
  await expect(start(dataDir)).rejects.toThrow(`${dataDir} is in use by process ${other.pid}.`);

  const exited = once(other, "exit");
  other.kill("SIGKILL");
  await exited;
  await temporaryStore({ dataDir });
});

it("is refused if it holds something else, which is left as it is", async () => {
  const dataDir = temporaryFolder();
  writeFileSync(join(dataDir, "holiday.jpg"), "not an event");
  await expect(start(dataDir)).rejects.toThrow(
    `${dataDir} is not an event store: it holds holiday.jpg. Choose an empty folder.`,
  );
  expect(readdirSync(dataDir)).toEqual(["holiday.jpg"]);
});

it("is refused if other users may look into it", async () => {
  const dataDir = temporaryFolder();
  chmodSync(dataDir, 0o750);
  await expect(start(dataDir)).rejects.toThrow(`Run: chmod 700 ${dataDir}`);
});

it("is refused if its format is of another version", async () => {
  const dataDir = temporaryFolder();
  writeFileSync(join(dataDir, "event-store.json"), '{"formatVersion": 1}');
  await expect(start(dataDir)).rejects.toThrow(
    `${dataDir} has format version 1; this program reads 2.`,
  );
});

it("is refused if it is a file", async () => {
  const dataDir = join(temporaryFolder(), "file");
  writeFileSync(dataDir, "");
  const error = await start(dataDir).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DataFolderError);
  expect(error).toHaveProperty("message", expect.stringContaining(`${dataDir} cannot be used: `));
});

it("may have been left behind by a start that was cut off", async () => {
  const dataDir = temporaryFolder();
  writeFileSync(join(dataDir, "event-store.json"), '{"formatVersion": 2}\n');
  mkdirSync(join(dataDir, "log"));
  await temporaryStore({ dataDir });
});
