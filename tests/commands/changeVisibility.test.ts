import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { changeVisibility } from "../../commands/donation/changeVisibility.js";
import { handle, load } from "../../commands/handle.js";
import { donationDecider } from "../../domain/donation/decider.js";
import { newId } from "../../platform/ids.js";
import { money } from "../support/donations.js";
import { openedAt as at, contextAt, openWorld, type World } from "../support/world.js";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

describe("changing whether a donor is shown", () => {
  const userId = newId();
  const stateOf = async (gift: { provider: "stripe"; externalId: string }) =>
    (await load(world.store, donationDecider, gift)).state;

  async function given(by: { userId?: string }) {
    const gift = { provider: "stripe" as const, externalId: `pi_${newId()}` };
    const about = { ...gift, moneyKey: gift.externalId, at, occurredAt: at, ...by };
    const received = { type: "ReceiveDonation" as const, ...about, gross: money("5.00 EUR") };
    const hidden = { ...received, visibility: "hidden" as const };
    await handle(world.ledger, donationDecider, hidden, contextAt(at));
    return gift;
  }

  it("is the donor's own choice, as often as they like", async () => {
    const gift = await given({ userId });
    for (const visibility of ["shown", "hidden", "shown"] as const) {
      const asked = { ...gift, userId, visibility };
      const { outcome } = await changeVisibility(world.ledger, asked, contextAt(at));
      expect(outcome).toBe("changed");
      expect(await stateOf(gift)).toMatchObject({ visibility });
    }
  });

  it("is nobody else's, whether the donation is there or not", async () => {
    const absent = { provider: "stripe" as const, externalId: `pi_${newId()}` };
    for (const gift of [await given({ userId: newId() }), await given({}), absent]) {
      const asked = { ...gift, userId, visibility: "shown" as const };
      const changed = await changeVisibility(world.ledger, asked, contextAt(at));
      expect(changed).toEqual({ outcome: "not-yours" });
      expect(await stateOf(gift)).not.toMatchObject({ visibility: "shown" });
    }
  });
});
