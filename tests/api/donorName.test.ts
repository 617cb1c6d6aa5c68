import { expect, it } from "vitest";
import { donorName } from "../../api/routes/transparency/donorName.js";
import type { Vault } from "../../platform/vault/vault.js";
import type { ListedDonation } from "../../projections/donations/queries.js";

/** Whoever is not to be named must not be looked up either. */
const closedVault = {
  open: () => Promise.reject(new Error("looked up")),
} as unknown as Vault;

const nameOf = (row: Pick<ListedDonation, "visibility" | "name" | "giver_status">) =>
  donorName(closedVault, row as ListedDonation);

it("names nobody who is hidden or erased, whatever else they chose, and asks no vault", async () => {
  const name = "sealed";
  expect(await nameOf({ visibility: "hidden", name, giver_status: "active" })).toBeNull();
  expect(await nameOf({ visibility: "shown", name: null, giver_status: "active" })).toBeNull();
  expect(await nameOf({ visibility: "shown", name, giver_status: "erased" })).toBe("[erased]");
  expect(await nameOf({ visibility: "hidden", name, giver_status: "erased" })).toBeNull();
});
