import { DomainError } from "../errors.js";
import type { Draft } from "../message.js";
import { negation, netted, type Posting } from "../money/postings.js";
import { hourOf } from "../time.js";
import type { UndoEntry } from "./commands.js";
import type { DonationEvent, UndoableEntry } from "./events.js";
import {
  chargedKeyOf,
  type Entered,
  isClosedBefore,
  isGiftUndoneBy,
  type ReceivedDonation,
} from "./state.js";
import { type Booking, rebooked } from "./suspense.js";

/** The newest entry of this kind that a maintainer made by hand. */
export const lastEntered = (
  { entered }: ReceivedDonation,
  what: UndoableEntry,
): string | undefined => [...entered].findLast(([, entry]) => entry.what === what)?.[0];

/** What a stream holds since the gift in it was last undone: nothing before counts. */
export const sinceUndone = <Stored extends { readonly event: { readonly type: string } }>(
  events: readonly Stored[],
): readonly Stored[] =>
  events.slice(events.findLastIndex(({ event }) => isGiftUndoneBy(event as DonationEvent)) + 1);

/**
 * An entry that was a mistake is taken back to the cent, as a correction: no money moved, so it is
 * no refund. What a provider told can't be undone.
 */
export function undo(command: UndoEntry, state: ReceivedDonation): Draft<DonationEvent>[] {
  const { provider, externalId, moneyKey, at, occurredAt, reason, evidenceSha256 } = command;
  const { undoneKey, correctedEventId } = command;
  const entry = state.entered.get(undoneKey);
  if (entry === undefined) throw notEntered();
  refuseHalf(entry, state);
  const standing = entry.what === "attribution" ? "suspense" : state.standing;
  const postings = takenBack(undoneKey, entry, state);
  const about = { provider, standing, hour: hourOf(occurredAt), manual: true as const };
  return [
    {
      type: "DonationCorrected",
      public: { ...about, postings, corrects: entry.type, undoes: entry.what },
      private: {
        ...{ externalId, moneyKey, at, occurredAt, reason, evidenceSha256 },
        ...{ correctedEventId, undoneKey },
      },
      sealed: {},
    },
  ];
}

const notEntered = () =>
  new DomainError("NOT_UNDOABLE", "No such entry was made by hand, or it is undone already.");

function refuseHalf({ what }: Entered, { isAllEntered }: ReceivedDonation): void {
  if (what === "gift" && !isAllEntered) {
    throw new DomainError(
      "NOT_UNDOABLE",
      "The provider told something of this gift too, so it is real: undo only what is wrong in it.",
    );
  }
  if (what === "settlement" && isAllEntered) {
    throw new DomainError("NOT_UNDOABLE", "It was entered with its gift: undo the gift.");
  }
}

function takenBack(key: string, { what, postings }: Entered, state: ReceivedDonation): Posting[] {
  if (what === "gift") return negation(netted(state.booked));
  if (state.suspended === null) return negation([...postings, ...chargedWith(key, state)]);
  const gone = new Set([key, chargedKeyOf(key)]);
  return rebooked(
    state,
    bookingWithout(what, state),
    ({ data }) => !gone.has(data.private.moneyKey),
  );
}

function bookingWithout(what: UndoableEntry, state: ReceivedDonation): Booking {
  if (what === "attribution") return isClosedBefore(state) ? "closed" : "suspense";
  return state.isClosed && what !== "closing" ? "closed" : state.standing;
}

const chargedWith = (key: string, { entered }: ReceivedDonation): readonly Posting[] =>
  entered.get(chargedKeyOf(key))?.postings ?? [];
