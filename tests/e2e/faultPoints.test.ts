import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { minute } from "../../domain/limits.js";
import { builtFolder } from "../../scripts/build/builtFolder.mjs";
import { reservePort } from "../../scripts/supervisor/reservePort.js";
import { type FaultPoint, inGroups, pointsOf } from "../chaos/points/faultPoints.js";
import { MortalProduct } from "../chaos/points/mortalProduct.js";
import { liveThrough, type Surroundings } from "../chaos/points/person.js";
import { runReadyNode } from "../chaos/points/readyNode.js";
import { AcceptedFile, readAccepted } from "../chaos/product/accepted.js";
import { checkAll } from "../chaos/product/checks/all.js";
import { takePicture } from "../chaos/product/picture.js";
import { type StripeStandIn, startStripeStandIn } from "../chaos/product/stripeStandIn.js";
import { untilQuiet } from "../chaos/product/untilQuiet.js";
import { appSecret, openWorld, type World } from "../support/world.js";

const quietMsMax = 2 * minute;
/** Longer than the slowest retry or sweep that an account goes through. */
const aheadMs = 30 * minute;
/** Deaths in one life: each early enough that the next one is still to come. */
const deathsPerLife = 6;
/** All places take long; the gate tries some from each part of the path. */
const isWhole = process.env["FAULT_POINTS"] === "all";
const oneOf = 5;
const timeout = (isWhole ? 60 : 15) * minute;
const deathsMin = 8;

describe("a process that dies right before and after each step", { timeout }, () => {
  let world: World;
  let product: MortalProduct;
  let stripe: StripeStandIn;
  let around: Surroundings;
  let file = "";
  const leaving = new AbortController();
  const loops: Promise<void>[] = [];

  beforeAll(async () => {
    world = await openWorld();
    stripe = await startStripeStandIn();
    const { folder, databaseUrl, redisUrl, eventStoreUrl } = world;
    file = join(folder, "accepted");
    const mailFolder = join(folder, "mail");
    mkdirSync(mailFolder);
    const port = await reservePort();
    const url = `http://127.0.0.1:${port}`;
    around = { url, mailFolder, stripe, accepted: new AcceptedFile(file) };
    const servers = { databaseUrl, redisUrl, eventStoreUrl, stripeUrl: stripe.url };
    const launcher = join(builtFolder() ?? "", "run.mjs");
    product = new MortalProduct(launcher, { ...servers, folder, port, appSecret, aheadMs: 0 });
    await product.start();
    void runReadyNode(url, leaving.signal);
  }, 2 * minute);
  afterAll(async () => {
    leaving.abort();
    await product?.stop();
    stripe?.close();
    around?.accepted.close();
    await world?.close();
  });

  /** Somebody's whole life, with deaths in it. Returns what did not come to pass. */
  async function live(fatal: readonly FaultPoint[]): Promise<FaultPoint[]> {
    await product.begin(fatal);
    const { loop } = await liveThrough(around);
    loops.push(loop);
    loop.catch(() => undefined); // Looked at in the end.
    return (await product.end()).spared;
  }

  it("is started again, and everything ends as it may", async () => {
    await live([]);
    await product.begin();
    await (await liveThrough(around)).loop;
    const points = pointsOf((await product.end()).passed);
    const names = new Set(points.map(({ name }) => name));
    expect(names.size).toBeGreaterThan(40);

    const groups = inGroups(points, deathsPerLife).filter((_, n) => isWhole || n % oneOf === 1);
    const spared: FaultPoint[] = [];
    for (const group of groups) spared.push(...(await live(group)));
    expect(groups.flat().length - spared.length).toBeGreaterThanOrEqual(deathsMin);
    if (isWhole) for (const point of spared) await live([point]);

    await Promise.all(loops);
    await product.goAhead(aheadMs);
    expect(await untilQuiet(world, quietMsMax)).toEqual([]);
    world.vault.clearKeyCache();
    const picture = await takePicture(world, {
      mailFolder: around.mailFolder,
      blobUrl: pathToFileURL(join(world.folder, "blobs")).href,
      redisUrl: world.redisUrl,
    });
    expect(checkAll(picture, readAccepted(file))).toEqual([]);
  });
});
