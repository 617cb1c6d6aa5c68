import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { minute, second } from "../../domain/limits.js";
import { builtFolder } from "../../scripts/build/builtFolder.mjs";
import { reservePort } from "../../scripts/supervisor/reservePort.js";
import { type FaultPoint, inGroups, pointsOf } from "../chaos/points/faultPoints.js";
import { MortalProduct } from "../chaos/points/mortalProduct.js";
import { live, type Surroundings } from "../chaos/points/person.js";
import { runReadyNode } from "../chaos/points/readyNode.js";
import { AcceptedFile, readAccepted } from "../chaos/product/accepted.js";
import { type StripeStandIn, startStripeStandIn } from "../chaos/product/stripeStandIn.js";
import { untilAgreed } from "../chaos/product/untilAgreed.js";
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
/** A loop whose lease was lost takes longer than on a busy machine; it is looked at in the end. */
const loopMsMax = 10 * second;

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

  /** Somebody's whole life, in which nothing dies. Returns every place that it passes. */
  async function livePeacefully(): Promise<FaultPoint[]> {
    await product.begin();
    const { loop, leave } = await live(around);
    await loop;
    await leave();
    return pointsOf((await product.end()).passed);
  }

  /** A life with deaths in it, which ends early if its loop is late. Returns what did not come to pass. */
  async function liveThrough(fatal: readonly FaultPoint[]): Promise<FaultPoint[]> {
    await product.begin(fatal);
    const { loop, leave } = await live(around);
    loops.push(loop);
    const isMade = await Promise.race([loop.then(() => true), pause(loopMsMax, false)]);
    if (isMade) await leave();
    return (await product.end()).spared;
  }

  it("is started again, and everything ends as it may", async () => {
    await livePeacefully(); // What happens only once in a server's life is no step of a person's.
    const points = await livePeacefully();
    const names = new Set(points.map(({ name }) => name));
    expect(names.size).toBeGreaterThan(40);

    const groups = inGroups(points, deathsPerLife).filter((_, n) => isWhole || n % oneOf === 1);
    const spared: FaultPoint[] = [];
    for (const group of groups) spared.push(...(await liveThrough(group)));
    expect(groups.flat().length - spared.length).toBeGreaterThanOrEqual(deathsMin);
    if (isWhole) for (const point of spared) await liveThrough([point]);

    await Promise.all(loops);
    await product.goAhead(aheadMs);
    const places = {
      mailFolder: around.mailFolder,
      blobUrl: pathToFileURL(join(world.folder, "blobs")).href,
      redisUrl: world.redisUrl,
    };
    const accepted = readAccepted(file);
    expect(await untilAgreed(world, { places, accepted, withinMs: quietMsMax })).toEqual([]);
  });
});
