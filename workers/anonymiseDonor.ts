import { setTimeout as pause } from "node:timers/promises";
import {
  type AnonymiseDeps,
  anonymiseGift,
  anonymiseLateDonor,
  type DonorOf,
} from "../commands/donation/anonymiseGift.js";
import type { LedgerEventOf } from "../domain/ledger.js";
import { providerSchema } from "../domain/money/accounts.js";
import type { StoredEvent } from "../platform/eventStore/eventStore.js";
import { type DonorRow, isProjectedTo, listGivenBy } from "../projections/donors/queries.js";
import type { ReadDb } from "../projections/readTables.js";
import { type ProcessManager, processManager } from "./processManager.js";

export interface AnonymisingErased extends AnonymiseDeps {
  readonly readDb: ReadDb;
}

/**
 * Who gave is hidden and unreadable once their account is erased; what was given stays. Gifts from
 * before are found when the read model has come up to the erasure, later ones as they arrive.
 */
export const anonymiseDonor = (deps: AnonymisingErased): ProcessManager =>
  processManager({
    name: "forget-donor", // Checkpoints are stored by this name.
    coveredBy: { UserErased: "sweep donors", DonationReceived: "sweep donors" },
    react: async ({ event, ...stored }) =>
      event.type === "UserErased"
        ? anonymiseAll(deps, { ...stored, event })
        : anonymiseLate(deps, { ...stored, event }),
  });

async function anonymiseAll(
  deps: AnonymisingErased,
  { position, event, ...cause }: StoredEvent<LedgerEventOf<"UserErased">>,
): Promise<void> {
  const { userId, at } = event.data.private;
  await untilProjected(deps.readDb, position);
  for (const row of await listGivenBy(deps.readDb, [userId])) {
    await anonymiseGift(deps, giftOf(row), cause, at);
  }
}

async function anonymiseLate(
  deps: AnonymisingErased,
  { event, ...cause }: StoredEvent<LedgerEventOf<"DonationReceived">>,
): Promise<void> {
  const { userId, externalId, at } = event.data.private;
  if (userId === undefined) return;
  const { provider } = event.data.public;
  await anonymiseLateDonor(deps, { provider, externalId, userId }, cause, at);
}

export const giftOf = ({
  provider,
  external_id,
}: Pick<DonorRow, "provider" | "external_id">): DonorOf => ({
  provider: providerSchema.parse(provider),
  externalId: external_id,
});

const lookMs = 100;
const looksMax = 600;

/** @throws Error when the projector is a minute behind; then the reaction is tried again */
async function untilProjected(db: ReadDb, position: bigint): Promise<void> {
  for (let look = 0; look < looksMax; look += 1) {
    if (await isProjectedTo(db, position)) return;
    await pause(lookMs);
  }
  throw new Error("The read models are far behind; a donor can't be anonymised yet.");
}
