import { readdirSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { epochMs } from "../../domain/time.js";
import { openBlobs } from "../../platform/blobs.js";
import { newId } from "../../platform/ids.js";
import { noteDelivered, noteHolder } from "../../platform/redis/audioHolders.js";
import { openRedis } from "../../platform/redis/connection.js";
import { pruneAudio } from "../../workers/schedule/pruneAudio.js";
import { fakeClock } from "../support/fakeClock.js";
import { sweepingAt } from "../support/sweeping.js";
import { temporaryFolder } from "../support/temporaryFolder.js";
import { openedAt as at, openWorld, type World } from "../support/world.js";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const bytesMax = { soft: 500, hard: 900 };

async function folderOf() {
  const folder = temporaryFolder();
  const blobs = await openBlobs(pathToFileURL(folder).href);
  /** A loop of 100 bytes. */
  const keep = async (holder: { account: string; block: string }, ageMinutes: number) => {
    const name = `${newId()}.wav`;
    await blobs.put([new Uint8Array(100)], () => name);
    const seconds = epochMs(at) / 1000 - 60 * ageMinutes;
    utimesSync(join(folder, name), seconds, seconds);
    await noteHolder(world.redis, name, holder);
    return name;
  };
  const prune = (redis = world.redis) =>
    pruneAudio({ blobs, redis, ...sweepingAt(world.log, fakeClock(at)) }, at, bytesMax);
  return { keep, prune, names: () => readdirSync(folder) };
}

describe("pruning the audio folder", () => {
  it("takes from a flood what was delivered to it, and from nobody else", async () => {
    const { keep, prune, names } = await folderOf();
    const waiting = await keep({ account: "ana", block: "home" }, 50);
    const fetched = await keep({ account: "ana", block: "home" }, 40);
    await noteDelivered(world.redis, fetched);
    for (let account = 0; account < 6; account += 1) {
      const name = await keep({ account: `eva ${account}`, block: "elsewhere" }, 10 - account);
      await noteDelivered(world.redis, name);
    }
    await prune();
    expect(names()).toHaveLength(5);
    expect(names()).toEqual(expect.arrayContaining([waiting, fetched]));
  });

  it("leaves what nobody fetched, below the hard limit; and removes what is old", async () => {
    const { keep, prune, names } = await folderOf();
    for (let age = 0; age < 8; age += 1) await keep({ account: "eva", block: "elsewhere" }, age);
    const old = await keep({ account: "ana", block: "home" }, 61);
    await prune();
    expect(names()).toHaveLength(8);
    expect(names()).not.toContain(old);
  });

  it("goes on while Redis is away: nothing counts as fetched then", async () => {
    const { keep, prune, names } = await folderOf();
    for (let age = 0; age < 10; age += 1) {
      await noteDelivered(world.redis, await keep({ account: "eva", block: "elsewhere" }, age));
    }
    const away = openRedis("redis://127.0.0.1:1", "request");
    await prune(away).finally(() => away.disconnect());
    expect(names()).toHaveLength(9);
  });

  it("may happen twice at once", async () => {
    const { keep, prune, names } = await folderOf();
    for (let age = 0; age < 20; age += 1) await keep({ account: "eva", block: "elsewhere" }, 70);
    await Promise.all([prune(), prune()]);
    expect(names()).toEqual([]);
  });
});
