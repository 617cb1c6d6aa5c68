import { load } from "../../commands/handle.js";
import { formerAddressMs } from "../../domain/limits.js";
import { paypalInForceSince } from "../../domain/operator/addresses.js";
import { operatorDecider } from "../../domain/operator/decider.js";
import { isPayoutNews, operatorOf, type PayoutNews } from "../../domain/operator/news.js";
import type { OperatorState } from "../../domain/operator/state.js";
import { plusMs } from "../../domain/time.js";
import type { EventStore, StoredEvent } from "../../platform/eventStore/eventStore.js";
import { reactionId } from "../../platform/ids.js";
import { orderPayoutMails, type PayoutMailOrder } from "../../platform/ops/outbox.js";
import type { OpsDb, PayoutMailKind } from "../../platform/ops/tables.js";
import { type ProcessManager, processManager } from "../processManager.js";

interface Ordering {
  readonly store: EventStore;
  readonly opsDb: OpsDb;
}

const sweep = "sweep payout mails";

/** Whoever is paid hears of each change, at every address that was theirs lately. */
export const payoutMails = (deps: Ordering): ProcessManager =>
  processManager({
    name: "payout-mail",
    coveredBy: {
      PayoutAccountLinked: sweep,
      PayoutAccountVerified: sweep,
      PayoutAccountRemoved: sweep,
      PayoutAccountFrozen: sweep,
      PayoutAccountUnfrozen: sweep,
      PasswordChanged: sweep,
    },
    react: (stored) => orderMailsAfter(deps, stored),
  });

/** Of the mail to the address of the account: ordered again, it is the same one. */
export const payoutMailId = (eventId: string): string => reactionId(eventId, "payout mail");

/** Former addresses, the oldest first: many changes in a row push none of them out. */
const formerAddressesMax = 20;

export async function orderMailsAfter(
  { store, opsDb }: Ordering,
  { id, event }: Pick<StoredEvent<PayoutNews>, "id" | "event">,
): Promise<void> {
  const operatorId = operatorOf(event);
  const { state, events } = await load(store, operatorDecider, { operatorId });
  if (!isPayoutNews(event) || !concerns(event, state)) return;
  const { at } = event.data.private;
  const about = { personId: operatorId, aboutEvent: id, at };
  const own: PayoutMailOrder = { ...about, id: payoutMailId(id), kind: kindOf(event) };
  const others = addressesBeside(event, id, events).map(({ addressEvent, kind }) => {
    return { ...about, addressEvent, kind, id: reactionId(id, `payout mail to ${addressEvent}`) };
  });
  await orderPayoutMails(opsDb, [own, ...others]);
}

/** Of a password only whoever is paid, or is about to be, hears by this. */
const concerns = ({ type }: PayoutNews, { current, pending, changedAt }: OperatorState): boolean =>
  type !== "PasswordChanged" || [current, pending, changedAt].some((known) => known !== undefined);

function kindOf({ type, data }: PayoutNews): PayoutMailKind {
  if (type === "PasswordChanged") return "sign-in-changed";
  if (type !== "PayoutAccountLinked") return "payout-warning";
  return data.private.method === "manual" ? "payout-warning" : "payout-confirm";
}

interface Address {
  readonly addressEvent: string;
  readonly kind: PayoutMailKind;
}

function addressesBeside(
  event: PayoutNews,
  eventId: string,
  stored: readonly StoredEvent[],
): Address[] {
  const since = plusMs(event.data.private.at, -formerAddressMs);
  const history = stored.map(({ event: each }) => each);
  const kind = event.type === "PasswordChanged" ? "sign-in-changed" : "payout-warning";
  const former = paypalInForceSince(history, since).slice(0, formerAddressesMax);
  const named = stored.filter(
    ({ event: each }) =>
      each.type === "PayoutAccountLinked" && former.includes(each.data.private.accountId),
  );
  const isPaypal = event.type === "PayoutAccountLinked" && event.data.private.method === "paypal";
  return [
    ...(isPaypal ? [{ addressEvent: eventId, kind: "payout-confirm-paypal" as const }] : []),
    ...named.map(({ id: addressEvent }) => ({ addressEvent, kind }) as const),
  ];
}
