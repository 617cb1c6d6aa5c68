import { donationDecider } from "../../domain/donation/decider.js";
import { donationStream } from "../../domain/donation/events.js";
import type { Provider } from "../../domain/money/accounts.js";
import type { Instant } from "../../domain/time.js";
import { userDecider } from "../../domain/user/decider.js";
import { donorIdOf } from "../../platform/ids.js";
import { type Erasing, erasePerson } from "../../platform/vault/erasure.js";
import { type Cause, contextOfReaction } from "../context.js";
import { handle, type Ledger, load } from "../handle.js";
import { recordDestroyedKeysOf } from "../vault/recordDestroyedKeys.js";

export interface AnonymiseDeps extends Erasing {
  readonly ledger: Ledger;
}

export interface DonorOf {
  readonly provider: Provider;
  readonly externalId: string;
}

/**
 * Hides who gave and destroys the keys that name them; what was given stays. Finds nothing to do the
 * second time. The cause is an event, or a run of a sweep.
 */
export async function anonymiseGift(
  { ledger, vaultDb, erasures }: AnonymiseDeps,
  { provider, externalId }: DonorOf,
  cause: Cause,
  at: Instant,
): Promise<void> {
  const about = { provider, externalId, moneyKey: `forgotten:${cause.id}`, at, occurredAt: at };
  const command = { type: "ChangeVisibility" as const, ...about, visibility: "hidden" as const };
  const context = contextOfReaction(cause, "hide donor", { actor: "scheduler", at });
  await handle(ledger, donationDecider, command, context);
  const donorId = donorIdOf(donationStream(provider, externalId));
  await erasePerson({ vaultDb, erasures }, donorId, at);
  await recordDestroyedKeysOf({ ledger, vaultDb }, donorId);
}

/** A pledge may be paid after its account is gone. */
export async function anonymiseLateDonor(
  deps: AnonymiseDeps,
  { userId, ...gift }: DonorOf & { readonly userId: string },
  cause: Cause,
  at: Instant,
): Promise<void> {
  const { state } = await load(deps.ledger.store, userDecider, { userId });
  if (state.status === "erased") await anonymiseGift(deps, gift, cause, at);
}
