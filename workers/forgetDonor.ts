import { setTimeout as pause } from "node:timers/promises";
import { type Cause, contextOfReaction } from "../commands/context.js";
import { handle, type Ledger, load } from "../commands/handle.js";
import { recordDestroyedKeys } from "../commands/vault/recordDestroyedKeys.js";
import { donationDecider } from "../domain/donation/decider.js";
import { donationStream } from "../domain/donation/events.js";
import type { LedgerEventOf } from "../domain/ledger.js";
import { type Provider, providerSchema } from "../domain/money/accounts.js";
import { userDecider } from "../domain/user/decider.js";
import type { StoredEvent } from "../platform/eventStore/eventStore.js";
import { donorIdOf } from "../platform/ids.js";
import { erasePerson } from "../platform/vault/erasure.js";
import type { VaultDb } from "../platform/vault/tables.js";
import { gifts } from "../projections/gifts/projection.js";
import { listGiftsOf } from "../projections/gifts/queries.js";
import type { ReadDb } from "../projections/readTables.js";
import { findCheckpoint } from "../projections/runner/checkpoint.js";
import { type ProcessManager, processManager } from "./processManager.js";

export interface ForgettingDonors {
  readonly ledger: Ledger;
  readonly vaultDb: VaultDb;
  readonly readDb: ReadDb;
}

/**
 * Who gave is hidden and unreadable once their account is erased; what was given stays. Gifts from
 * before are found when the read model has come up to the erasure, later ones as they arrive.
 */
export const forgetDonor = (deps: ForgettingDonors): ProcessManager =>
  processManager({
    name: "forget-donor",
    handles: ["UserErased", "DonationReceived"],
    react: async ({ event, ...stored }) =>
      event.type === "UserErased"
        ? forgetAll(deps, { ...stored, event })
        : forgetLate(deps, { ...stored, event }),
  });

interface Gift {
  readonly provider: Provider;
  readonly externalId: string;
}

async function forgetAll(
  deps: ForgettingDonors,
  { position, event, ...cause }: StoredEvent<LedgerEventOf<"UserErased">>,
): Promise<void> {
  const { userId, at } = event.data.private;
  await untilProjected(deps.readDb, position);
  for (const { provider, external_id: externalId } of await listGiftsOf(deps.readDb, userId)) {
    await forget(deps, { provider: providerSchema.parse(provider), externalId }, cause, at);
  }
  await recordDestroyedKeys(deps.ledger, deps.vaultDb);
}

/** A pledge may be paid after its account is gone. */
async function forgetLate(
  deps: ForgettingDonors,
  { event, ...cause }: StoredEvent<LedgerEventOf<"DonationReceived">>,
): Promise<void> {
  const { userId, externalId, at } = event.data.private;
  if (userId === undefined) return;
  const { state } = await load(deps.ledger.store, userDecider, { userId });
  if (state.status !== "erased") return;
  await forget(deps, { provider: event.data.public.provider, externalId }, cause, at);
  await recordDestroyedKeys(deps.ledger, deps.vaultDb);
}

/** Finds nothing to do the second time. The cause is an event, or a run of the schedule. */
export async function forget(
  { ledger, vaultDb }: Omit<ForgettingDonors, "readDb">,
  { provider, externalId }: Gift,
  cause: Cause,
  at: string,
): Promise<void> {
  const about = { provider, externalId, moneyKey: `forgotten:${cause.id}`, at, occurredAt: at };
  await handle(
    ledger,
    donationDecider,
    { type: "ChangeVisibility", ...about, visibility: "hidden" },
    contextOfReaction(cause, "hide donor", { actor: "scheduler", at }),
  );
  await erasePerson(vaultDb, donorIdOf(donationStream(provider, externalId)), at);
}

const lookMs = 100;
const looksMax = 600;

/** @throws Error when the projector is a minute behind; then the reaction is tried again */
async function untilProjected(db: ReadDb, position: bigint): Promise<void> {
  for (let look = 0; look < looksMax; look += 1) {
    const checkpoint = await findCheckpoint(db, gifts.name);
    if (checkpoint?.position != null && BigInt(checkpoint.position) >= position) return;
    await pause(lookMs);
  }
  throw new Error("The read models are far behind; a donor can't be forgotten yet.");
}
