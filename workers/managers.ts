import type { ForgettingUsers } from "../commands/user/forgetUser.js";
import type { OpsDb } from "../platform/ops/tables.js";
import { type BookingReactions, book } from "./book/book.js";
import type { Dispatch } from "./dispatch/announce.js";
import { dispatch } from "./dispatch/dispatch.js";
import { erase } from "./erase.js";
import { type ForgettingErased, forgetDonor } from "./forgetDonor.js";
import { orderNotices } from "./outbox/orderNotices.js";
import { orderVerification } from "./outbox/orderVerification.js";
import type { ProcessManager } from "./processManager.js";
import { settle } from "./settle.js";

export interface Reacting extends Dispatch, ForgettingUsers, ForgettingErased, BookingReactions {
  readonly opsDb: OpsDb;
}

/** All process managers there are. ARCHITECTURE.md shows the same list; a test compares them. */
export const managersOf = (deps: Reacting): readonly ProcessManager[] => [
  dispatch(deps.ledger.store, deps),
  settle(deps.ledger),
  erase(deps),
  forgetDonor(deps),
  book(deps),
  orderVerification(deps.opsDb),
  orderNotices(deps.opsDb),
];
