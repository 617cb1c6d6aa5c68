import type { Instant } from "../../domain/time.js";
import { destroyPayeeKey, type Erasing, erasePerson } from "../../platform/vault/erasure.js";
import { releaseHandles } from "../../platform/vault/handles.js";
import type { Ledger } from "../handle.js";
import { recordDestroyedKeysOf } from "../vault/recordDestroyedKeys.js";
import { type Access, endAccess } from "./endAccess.js";

export interface FinishingErasures extends Access, Erasing {
  readonly ledger: Ledger;
}

interface Ended {
  readonly userId: string;
  readonly at: Instant;
  readonly wasNoPayee?: true | undefined;
}

/** After any end of an account: its keys are destroyed and its handles are free again. */
export async function finishErasure(
  { ledger, vaultDb, erasures, ...access }: FinishingErasures,
  { userId, at, wasNoPayee }: Ended,
): Promise<void> {
  await endAccess(access, userId);
  // Before the others: a sweep looks for those, and does all of it again where it died in between.
  if (wasNoPayee === true) await destroyPayeeKey(vaultDb, userId, at);
  await erasePerson({ vaultDb, erasures }, userId, at);
  await releaseHandles(vaultDb, userId);
  await recordDestroyedKeysOf({ ledger, vaultDb }, userId);
}
