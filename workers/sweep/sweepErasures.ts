import { load } from "../../commands/handle.js";
import { type FinishingErasures, finishErasure } from "../../commands/user/finishErasure.js";
import { userDecider } from "../../domain/user/decider.js";
import { firstOf } from "../../platform/eventStore/firstOf.js";
import { listUnerased } from "../../platform/vault/erasure.js";
import type { ReadDb } from "../../projections/readTables.js";
import { listErased } from "../../projections/users/queries.js";
import type { SweepEach } from "../sweepEach.js";
import { rowsOfPages } from "./pages.js";

interface SweepingErasures extends FinishingErasures {
  readonly readDb: ReadDb;
  readonly sweepEach: SweepEach;
}

const usersPerPage = 1000;
const same = (userId: string): string => userId;

/** Accounts that ended and of which something is left: a key, a handle, a session. */
export async function sweepErasures(deps: SweepingErasures): Promise<void> {
  await deps.sweepEach({
    name: "sweep erasures",
    rows: rowsOfPages({
      read: (after?: string) => listErased(deps.readDb, { after, limit: usersPerPage }),
      choose: (userIds) => unfinished(deps, userIds),
    }),
    keyOf: same,
    work: (userId) => finish(deps, userId),
  });
}

async function unfinished(
  { vaultDb, sessions }: SweepingErasures,
  userIds: readonly string[],
): Promise<readonly string[]> {
  const left = [await listUnerased(vaultDb, userIds), await sessions.listSignedIn(userIds)];
  return [...new Set(left.flat())];
}

async function finish(deps: SweepingErasures, userId: string): Promise<void> {
  const { events } = await load(deps.ledger.store, userDecider, { userId });
  const erased = firstOf(events, "UserErased");
  if (erased !== undefined) await finishErasure(deps, erased.event.data.private);
}
