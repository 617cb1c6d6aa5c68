import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { donationStream } from "../../domain/donation/events.js";
import { webhookStream } from "../../domain/webhook/events.js";
import { newId } from "../../platform/ids.js";
import { findDonation } from "../../projections/donations/queries.js";
import { listEntries } from "../../projections/entries/queries.js";
import { listWaitingFor } from "../../projections/webhooks/queries.js";
import { write } from "../support/drafts.js";
import { requestedAt as at } from "../support/generations.js";
import * as m from "../support/moneyStory.js";
import { openProjectedWorld, type ProjectedWorld } from "../support/world.js";

/** Each differs from another by what some collation of MySQL or MariaDB passes over. */
const names = ["pi_é", "pi_é ", "pi_é  ", "PI_É", "pi_e\u0301", "pi_\u200bé", "pi_é\0", "pi_e"];
const streams = names.map((name) => donationStream("stripe", name));
const everything = { span: { from: null, to: null }, limit: 100 };

let world: ProjectedWorld;
beforeAll(async () => {
  world = await openProjectedWorld();
  for (const name of names) {
    await m.gift(world, "stripe", name).reportUnlimited(m.received("5.00 EUR"));
  }
  for (const stream of streams) await holdFor(`donation ${stream}`);
  await world.caughtUp();
});
afterAll(() => world.close());

async function holdFor(waitsFor: string): Promise<void> {
  const deliveryId = newId();
  const about = { provider: "stripe" as const, deliveryId, at };
  const body = { personId: newId(), purpose: "account" as const, text: "{}" };
  await write(
    world,
    webhookStream("stripe", deliveryId),
    {
      type: "WebhookReceived",
      public: {},
      private: { ...about, topic: "charge.updated", bodySha256: "a".repeat(64) },
      sealed: { body },
    },
    { type: "WebhookHeld", public: {}, private: { ...about, waitsFor }, sealed: {} },
  );
}

describe("payments whose names differ by a blank, by case, or by how a letter is written", () => {
  it("are as many gifts, and stop no read model", async () => {
    expect(await world.readDb.selectFrom("read_parked").selectAll().execute()).toEqual([]);
    for (const table of ["read_donation", "read_donor"] as const) {
      const rows = await world.readDb.selectFrom(table).select(["stream", "external_id"]).execute();
      expect(rows.map((row) => row.stream).sort()).toEqual([...streams].sort());
      expect(rows.map((row) => row.external_id).sort()).toEqual([...names].sort());
    }
  });

  it.each(streams)("are found each by its own: %j", async (stream) => {
    expect(await findDonation(world.readDb, { stream })).toMatchObject({ stream });
    const waitsFor = `donation ${stream}`;
    const waiting = await listWaitingFor(world.readDb, waitsFor);
    expect(waiting.map((row) => row.waits_for)).toEqual([waitsFor]);
  });

  it("lend their entries to no other", async () => {
    const entries = await listEntries(world.readDb, everything);
    const ids = await world.readDb
      .selectFrom("read_donation")
      .select(["stream", "donation_id"])
      .execute();
    const idOf = new Map(ids.map((row) => [row.stream, row.donation_id]));
    expect(entries).toHaveLength(2 * names.length);
    for (const { stream, donation_id } of entries) expect(donation_id).toBe(idOf.get(stream));
  });
});
