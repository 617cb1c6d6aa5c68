import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { donationStream } from "../../domain/donation/events.js";
import { userStream } from "../../domain/user/events.js";
import { streamNameBytesMax } from "../../eventstore/limits.js";
import { newId } from "../../platform/ids.js";
import { writeBroken } from "../support/drafts.js";
import * as m from "../support/moneyStory.js";
import { runTool } from "../support/toolEnvironment.js";
import { openWorld, startProjector, type World } from "../support/world.js";

let world: World;
const broken = userStream(newId());
/** As long as a stream's name has room for; a command takes none so long. */
const endlessId = "x".repeat(streamNameBytesMax - donationStream("stripe", "").length);
const endless = donationStream("stripe", endlessId);
beforeAll(async () => {
  world = await openWorld();
  await m.gift(world, "stripe", "pi_1").report(m.received("5.00 EUR"));
  await m.gift(world, "stripe", endlessId).reportUnlimited(m.received("7.00 EUR"));
  await writeBroken(world, broken, "EmailVerified");
  const projector = startProjector(world);
  await projector.caughtUp();
  await projector.stop();
});
afterAll(() => world.close());

describe("replay", () => {
  it("names what each read model set aside, and does not verify it", async () => {
    const names = ["users", "months", "donations"];
    const { code, json } = await runTool(world, "replay", [...names, "--verify", "--json"]);
    expect(code).toBe(1);
    expect(json.readModels).toMatchObject([
      { name: "users", identical: true, setAside: [{ stream: broken }] },
      { name: "donations", identical: true, setAside: [{ stream: endless }] },
      { name: "months", identical: true, setAside: [] },
    ]);
    const { code: unverified, output } = await runTool(world, "replay", ["donations"]);
    expect(unverified).toBe(1);
    expect(output).toContain("STOPPED donations goes no further");
    expect(output).toMatch(/SET ASIDE donation-stripe-x+ from event \S+ on: .*too long/i);
  });

  it("takes a read model to the end of the log, though no projector runs", async () => {
    await m.gift(world, "stripe", "pi_2").report(m.received("9.00 EUR"));
    const { code } = await runTool(world, "replay", ["months"]);
    expect(code).toBe(0);
    const { position } = await world.readDb
      .selectFrom("read_checkpoint")
      .select("position")
      .where("projection", "=", "months")
      .executeTakeFirstOrThrow();
    expect(position).toBe(String(await world.store.lastPosition()));
  });

  it("rebuilds the others when one of money can't be", async () => {
    const outdated = world.readDb.updateTable("read_checkpoint").set({ version: 0 });
    await outdated.where("projection", "=", "donations").execute();
    const { code, output } = await runTool(world, "replay", ["donations", "months"]);
    expect(code).toBe(1);
    expect(output).toMatch(/STOPPED donations: .*too long/i);
    expect(output).toMatch(/months: \d+ rows/);
    expect(output).toContain("1 read model rebuilt.");
  });
});
