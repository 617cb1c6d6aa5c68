import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EventStoreDBClient, jsonEvent, type ResolvedEvent } from "@eventstore/db-client";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { checkFolder } from "../../eventstore/checking/checkFolder.js";
import { databaseFile } from "../../eventstore/storage/dataFolder.js";
import { collect, events } from "../contract/storeUnderTest.js";
import { forkStore, run } from "./program.js";
import { clientOf, temporaryFolder, temporaryStore } from "./temporaryStore.js";

const writers = 20;
const acknowledgedMin = 500;
/** Each starts several processes, which takes seconds on a busy machine. */
vi.setConfig({ testTimeout: 120_000 });

const placeOf = ({ event, commitPosition }: ResolvedEvent) => [event?.id, commitPosition];

/** A closed store with a few streams; the text is to be found in the data file once. */
async function storeWith(text: string): Promise<string> {
  const dataDir = temporaryFolder();
  const store = await temporaryStore({ dataDir });
  const client = clientOf(store);
  await client.appendToStream("small", events(3));
  await client.appendToStream("big", [...events(7), jsonEvent({ type: "Marked", data: { text } })]);
  await client.dispose();
  await store.close();
  return dataDir;
}

function damage(dataDir: string, text: string): void {
  const bytes = readFileSync(databaseFile(dataDir));
  const at = bytes.lastIndexOf(text);
  expect(at).toBeGreaterThan(0);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  writeFileSync(databaseFile(dataDir), bytes);
}

describe("a backup", () => {
  it("taken during heavy writing opens, is intact, and holds all that was acknowledged before", async () => {
    const dataDir = join(temporaryFolder(), "store");
    const { port } = await forkStore(dataDir);
    const client = EventStoreDBClient.connectionString(`esdb://127.0.0.1:${port}?tls=false`);
    onTestFinished(() => client.dispose());
    const acknowledged = new Set<string>();
    let isWriting = true;
    let resolveEnough = (): void => undefined;
    const enough = new Promise<void>((resolve) => {
      resolveEnough = resolve;
    });
    const writing = Array.from({ length: writers }, async (_, writer) => {
      while (isWriting) {
        const event = jsonEvent({ type: "Tested", data: {} });
        await client.appendToStream(`s-${writer}`, event);
        acknowledged.add(event.id);
        if (acknowledged.size === acknowledgedMin) resolveEnough();
      }
    });
    await enough;

    const before = [...acknowledged];
    const folder = join(temporaryFolder(), "backup");
    const { output, errors, exitCode } = await run(
      "backup",
      "--data",
      dataDir,
      "--to",
      folder,
      "--json",
    );
    expect([errors, exitCode]).toEqual(["", 0]);
    const during = acknowledged.size - before.length;
    isWriting = false;
    await Promise.all(writing);
    expect(during).toBeGreaterThan(0);

    expect((await run("verify", "--data", folder)).exitCode).toBe(0);
    const saved = await collect(clientOf(await temporaryStore({ dataDir: folder })).readAll());
    const live = await collect(client.readAll());
    expect(saved.map(placeOf)).toEqual(live.slice(0, saved.length).map(placeOf));
    const ids = new Set(saved.map(({ event }) => event?.id));
    expect(before.filter((id) => !ids.has(id))).toEqual([]);
    expect(JSON.parse(output)).toMatchObject({ folder, events: saved.length });
  });

  it("becomes a store again by restore, but only in an empty folder", async () => {
    const dataDir = await storeWith("kept");
    const [folder, restored] = [join(temporaryFolder(), "b"), join(temporaryFolder(), "r")];
    expect((await run("backup", "--data", dataDir, "--to", folder)).exitCode).toBe(0);
    const { output } = await run("restore", "--from", folder, "--data", restored);
    expect(output).toBe(`Store in ${restored}: 12 events, up to position 12.\n`);
    const client = clientOf(await temporaryStore({ dataDir: restored }));
    expect(await collect(client.readStream("big"))).toHaveLength(8);

    const again = await run("restore", "--from", folder, "--data", dataDir);
    expect(again.errors).toMatch(/^eventstore: .* Choose an empty folder\.\n$/);
    expect(again.exitCode).toBe(1);
  });

  it("is not made of a store that is damaged, nor restored from one", async () => {
    const dataDir = await storeWith("to be damaged");
    damage(dataDir, "to be damaged");
    for (const [command, from, to] of [
      ["backup", "--data", "--to"],
      ["restore", "--from", "--data"],
    ] as const) {
      const target = temporaryFolder();
      const { errors, exitCode } = await run(command, from, dataDir, to, target);
      expect(errors).toMatch(
        /^eventstore: .* is damaged at position 12: .* Nothing was made\. .*\n$/,
      );
      expect(exitCode).toBe(1);
      const opened = await temporaryStore({ dataDir: target });
      expect(await collect(clientOf(opened).readAll())).toHaveLength(1);
    }
  });
});

describe("verify", () => {
  it("finds a store intact while it is served, and says how much it holds", async () => {
    const dataDir = temporaryFolder();
    await clientOf(await temporaryStore({ dataDir })).appendToStream("s", events(3));
    const { output, exitCode } = await run("verify", "--data", dataDir);
    expect(output).toBe(`${dataDir} is intact: 4 events in 2 streams, up to position 4.\n`);
    expect(exitCode).toBe(0);
  });

  it("names the first bad position and says what to do", async () => {
    const dataDir = await storeWith("to be damaged");
    damage(dataDir, "to be damaged");
    const verified = await run("verify", "--data", dataDir);
    expect(verified.output).toContain(`${dataDir} is damaged at position 12: `);
    expect(verified.output).toContain("npm run eventstore -- restore");
    expect([verified.errors, verified.exitCode]).toEqual(["", 2]);
    const { output } = await run("verify", "--data", dataDir, "--json");
    expect(JSON.parse(output)).toMatchObject({ intact: false, position: 12 });
  });

  it("survives what makes the reader crash, and names the place it had come to", async () => {
    const dataDir = await storeWith("cut off");
    const { length } = readFileSync(databaseFile(dataDir));
    truncateSync(databaseFile(dataDir), length / 2);
    const result = await checkFolder(dataDir);
    expect(result).toMatchObject({ kind: "damaged", near: 0n });
  });

  it("gives up on a reader that falls silent", async () => {
    const dataDir = await storeWith("slow");
    const noPatienceMs = 1;
    const result = await checkFolder(dataDir, () => undefined, noPatienceMs);
    expect(result).toMatchObject({ kind: "damaged", what: expect.stringContaining("circles") });
  });

  it("says in one line that there is nothing to look at", async () => {
    const folder = temporaryFolder();
    for (const command of ["verify", "stats"]) {
      const { errors, exitCode } = await run(command, "--data", folder);
      expect(errors).toMatch(/^eventstore: .* is not an event store: .*\n$/);
      expect(exitCode).toBe(1);
    }
  });
});

describe("stats", () => {
  it("shows a store that is being served, the biggest stream first", async () => {
    const dataDir = temporaryFolder();
    const client = clientOf(await temporaryStore({ dataDir }));
    await client.appendToStream("small", events(3));
    await client.appendToStream("big", events(8));
    const { output } = await run("stats", "--data", dataDir, "--json");
    const statistics = JSON.parse(output);
    expect(statistics).toMatchObject({ events: 12, streams: 3, first: { position: 1 } });
    expect(statistics.biggestStreams[0]).toEqual({ stream: "big", events: 8 });
    expect(statistics.bytesOnDisk).toBe(readFileSync(databaseFile(dataDir)).length);
    expect((await run("stats", "--data", dataDir)).output).toMatch(/events +12\n/);
  });
});
