import type { FinishingErasures } from "../commands/user/finishErasure.js";
import { type AnonymisingErased, anonymiseDonor } from "./anonymiseDonor.js";
import { type BookingReactions, book } from "./book/book.js";
import { dispatch } from "./dispatch/dispatch.js";
import type { Dispatch } from "./dispatch/dispatchTo.js";
import { endSessions } from "./endSessions.js";
import { erase } from "./erase.js";
import { enrol } from "./operators/enrol.js";
import { orderOperatorMails } from "./operators/orderMails.js";
import { payoutMails } from "./operators/orderPayoutMails.js";
import { owners } from "./operators/owners.js";
import { orderTakeBackMails } from "./operators/takeBackMails.js";
import { orderAccountMails } from "./outbox/orderAccountMails.js";
import { orderNotices } from "./outbox/orderNotices.js";
import type { ProcessManager } from "./processManager.js";
import { type Alerting, raiseAlerts } from "./raiseAlerts.js";
import { settle } from "./settle.js";

export interface Reacting
  extends Dispatch,
    FinishingErasures,
    AnonymisingErased,
    BookingReactions,
    Alerting {}

/** All process managers there are. ARCHITECTURE.md shows the same list; a test compares them. */
export const managersOf = (deps: Reacting): readonly ProcessManager[] => [
  dispatch(deps.ledger.store, deps),
  settle(deps.ledger),
  erase(deps),
  endSessions(deps),
  anonymiseDonor(deps),
  book(deps),
  orderAccountMails(deps.opsDb),
  orderNotices(deps.opsDb),
  raiseAlerts(deps),
  enrol(deps.ledger),
  owners({ ...deps, store: deps.ledger.store }),
  orderOperatorMails({ ...deps, store: deps.ledger.store }),
  orderTakeBackMails(deps),
  payoutMails({ ...deps, store: deps.ledger.store }),
];
