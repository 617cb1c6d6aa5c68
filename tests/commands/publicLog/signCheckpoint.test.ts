import { readFile, rm, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { load } from "../../../commands/handle.js";
import { checkpointDecider } from "../../../domain/checkpoint/decider.js";
import { entryHash, rootOf } from "../../../domain/log/merkle.js";
import {
  checkpointPath,
  PublicLogDiffersError,
} from "../../../platform/publicLog/publicLogFiles.js";
import { readEntries, readPublished } from "../../../platform/publicLog/readTree.js";
import { at } from "../../support/donations.js";
import { addLeaves, openTestLog, origin, verifyByGo } from "../../support/publicLogs.js";
import { openWorld, type World } from "../../support/world.js";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const noteOf = async (files: Awaited<ReturnType<typeof openTestLog>>["files"]): Promise<string> =>
  `${await files.read(checkpointPath)}`;

async function entriesOf({ files }: Awaited<ReturnType<typeof openTestLog>>, size: number) {
  const entries: Buffer[] = [];
  for (let start = 0; start < size; start += 256) {
    entries.push(...(await readEntries(files, { start, end: Math.min(start + 256, size) }, size)));
  }
  return entries;
}

/** Each in a folder of its own: the ledger is the same, and knows what was signed of it before. */
describe("the signer of the public log", () => {
  let log: Awaited<ReturnType<typeof openTestLog>>;
  const notes: string[] = [];
  beforeAll(async () => {
    log = await openTestLog(world, "one");
  });

  it("signs every leaf up to now, over and over, so that Go's own programs find no fault", async () => {
    for (const leaves of [0, 3, 250, 1, 2, 300]) {
      await addLeaves(world, leaves);
      const { size, root } = await log.sign();
      const entries = await entriesOf(log, size);
      expect(rootOf(entries.map(entryHash)).equals(root)).toBe(true);
      expect(await readPublished(log.files)).toMatchObject({ origin, size, root });
      notes.push(await noteOf(log.files));
    }
    const published = await readPublished(log.files);
    const entries = await entriesOf(log, published?.size ?? 0);
    expect(entries.length).toBeGreaterThan(512);
    const folder = `${world.folder}/one/log`;
    const given = { folder, key: log.signer.verifierKey, checkpoints: notes, entries };
    if (process.platform !== "linux") return;
    expect(verifyByGo(given)).toBe("verified");
    const [first = Buffer.of(), ...rest] = entries;
    const altered = { ...given, entries: [Buffer.concat([first, Buffer.of(0)]), ...rest] };
    expect(verifyByGo(altered)).not.toBe("verified");
  });

  it("tells the ledger what it signed, once an hour where nothing is new", async () => {
    const { state } = await load(world.store, checkpointDecider, { month: at.slice(0, 7) });
    const published = await readPublished(log.files);
    expect(state).toMatchObject({ origin, size: published?.size });
    const before = await world.store.lastPosition();
    await log.sign();
    expect(await world.store.lastPosition()).toBe(before);
    await log.sign("2026-11-22T17:00:00.000Z");
    expect(await world.store.lastPosition()).not.toBe(before);
  });

  it("comes to the same files anew, from the ledger alone", async () => {
    const size = (await readPublished(log.files))?.size ?? 0;
    const again = await openTestLog(world, "again");
    const memory = await readFile(log.memoryFile);
    await writeFile(again.memoryFile, memory);
    // As in a copy of the store: another event lies where it had read to.
    const moved = JSON.parse(memory.toString());
    moved.readTo.id = "00000000-0000-4000-8000-000000000000";
    await writeFile(again.memoryFile, JSON.stringify(moved));
    await again.sign();
    expect(await entriesOf(again, size)).toEqual(await entriesOf(log, size));
  });

  it.each(["remember", "publish"] as const)(
    "goes on after it died before it could %s",
    async (step) => {
      await addLeaves(world, 1);
      const died = () => Promise.reject(new Error("died"));
      const changed =
        step === "publish"
          ? { files: { ...log.files, publish: died } }
          : { signer: { ...log.signer, remember: died } };
      const published = await noteOf(log.files);
      await expect(log.sign(at, changed)).rejects.toThrow("died");
      expect(await noteOf(log.files)).toBe(published);
      const { size } = await log.sign();
      expect((await readPublished(log.files))?.size).toBe(size);
      notes.push(await noteOf(log.files));
    },
  );

  it("refuses to go on when its memory is gone or older than what was signed", async () => {
    const memory = await readFile(log.memoryFile);
    await addLeaves(world, 1);
    await log.sign();
    const newer = await readFile(log.memoryFile);
    await writeFile(log.memoryFile, memory);
    await expect(log.sign()).rejects.toThrow(/was signed, and the signer remembers/);
    await rm(log.memoryFile);
    await expect(log.sign()).rejects.toThrow(PublicLogDiffersError);
    await writeFile(log.memoryFile, "{}");
    await expect(log.sign()).rejects.toThrow(/is not as it was written/);
    await writeFile(log.memoryFile, newer);
    await log.sign();
  });

  it("refuses files that are not what it signed, and changes none", async () => {
    const path = `${world.folder}/one/log/tile/0/000`;
    const genuine = await readFile(path);
    const altered = Buffer.from(genuine);
    altered.writeUInt8(altered.readUInt8(0) ^ 1);
    const again = await openTestLog(world, "altered");
    await writeFile(again.memoryFile, await readFile(log.memoryFile));
    const moved = JSON.parse((await readFile(again.memoryFile)).toString());
    moved.readTo.id = "00000000-0000-4000-8000-000000000000";
    await writeFile(again.memoryFile, JSON.stringify(moved));
    await again.files.keep("tile/0/000", altered);
    await expect(again.sign()).rejects.toThrow(
      /tile\/0\/000 of the public log is not what the ledger says/,
    );
    expect(await again.files.read("tile/0/000")).toEqual(altered);
  });
});

describe("files of the public log", () => {
  it("are made anew from the ledger where they are lost, and have to be what was signed", async () => {
    const log = await openTestLog(world, "lost");
    await writeFile(
      log.memoryFile,
      await readFile(`${world.folder}/keys-one/checkpoint.pem.last.json`),
    );
    const { size, root } = await log.sign();
    expect(await readPublished(log.files)).toMatchObject({ size, root });
    expect(await entriesOf(log, size)).toHaveLength(size);
  });

  it("that a run left which died before it signed may be replaced", async () => {
    const own = await openWorld();
    try {
      const log = await openTestLog(own, "log");
      await addLeaves(own, 249);
      await log.sign();
      const backUp = await own.backUp();
      await addLeaves(own, 20);
      const died = () => Promise.reject(new Error("died"));
      const changed = { signer: { ...log.signer, remember: died } };
      await expect(log.sign(at, changed)).rejects.toThrow("died");
      await backUp();
      await addLeaves(own, 21);
      const { size, root } = await log.sign();
      const entries = await entriesOf(log, size);
      expect(rootOf(entries.map(entryHash)).equals(root)).toBe(true);
    } finally {
      await own.close();
    }
  });
});

describe("the signer's memory", () => {
  it("never goes back, however slow one of two runs is", async () => {
    const log = await openTestLog(world, "slow");
    const last = (size: number) => ({
      ...{ origin, size, root: "0".repeat(64) },
      readTo: { id: "00000000-0000-4000-8000-000000000000", position: "1" },
    });
    await log.signer.remember(last(9));
    await expect(log.signer.remember(last(8))).rejects.toThrow(PublicLogDiffersError);
    expect(await log.signer.recall()).toEqual(last(9));
  });
});

describe("an older copy of the ledger", () => {
  it("is not signed, until it has all that was signed", async () => {
    const own = await openWorld();
    try {
      const log = await openTestLog(own, "log");
      await addLeaves(own, 5);
      const backUp = await own.backUp();
      await addLeaves(own, 5);
      await log.sign();
      const published = await noteOf(log.files);
      await backUp();
      await expect(log.sign()).rejects.toThrow(/it is an older copy. Nothing is signed/);
      // Other facts in the place of those that were lost.
      await addLeaves(own, 10);
      await expect(log.sign()).rejects.toThrow(
        /is not what the ledger says|not those that were signed/,
      );
      expect(await noteOf(log.files)).toBe(published);
    } finally {
      await own.close();
    }
  });
});
