import { DomainError } from "../errors.js";
import type { Draft } from "../message.js";
import type { Provider } from "../money/accounts.js";
import { balancesOf } from "../money/invariants.js";
import { Amount, moneyOf, negated } from "../money/money.js";
import { credit, debit, entry, negation, netted, type Posting } from "../money/postings.js";
import { hourOf } from "../time.js";
import type { AttributeDonation, CloseSuspense } from "./commands.js";
import type { DonationEvent } from "./events.js";
import { type BookedEvent, type Movement, postingsOf, type Standing } from "./movements.js";
import type { ReceivedDonation } from "./state.js";
import { partOf } from "./status.js";

/** How the books have a payment: as a gift, beside all others, or as none that a maintainer closed. */
export type Booking = Standing | "closed";

/** Takes everything out of suspense and books it as if it had been a donation from the start. */
export function attribute(
  command: AttributeDonation,
  state: ReceivedDonation,
): Draft<DonationEvent>[] {
  if (state.standing === "regular") return [];
  const { provider, externalId, moneyKey, at, occurredAt, reason, evidenceSha256 } = command;
  const about = { provider, standing: "regular" as const, hour: hourOf(occurredAt) };
  return [
    {
      type: "DonationAttributed",
      public: { ...about, postings: rebooked(state, "regular"), manual: true },
      private: { externalId, moneyKey, at, occurredAt, reason, evidenceSha256 },
      sealed: {},
    },
  ];
}

/**
 * Money that is no gift leaves the books, but for what the provider took beyond it. Should it prove to
 * be one, it can still be attributed.
 */
export function closeSuspense(
  command: CloseSuspense,
  state: ReceivedDonation,
): Draft<DonationEvent>[] {
  if (state.standing === "regular") {
    throw new DomainError(
      "NOT_IN_SUSPENSE",
      "This payment counts as a gift: it is not in suspense.",
    );
  }
  if (state.isClosed) return [];
  const { provider, externalId, moneyKey, at, occurredAt, reason, evidenceSha256 } = command;
  const about = { provider, standing: state.standing, hour: hourOf(occurredAt) };
  const evidence = evidenceSha256 === undefined ? {} : { evidenceSha256 };
  return [
    {
      type: "SuspenseClosed",
      public: { ...about, postings: rebooked(state, "closed"), manual: true },
      private: { externalId, moneyKey, at, occurredAt, reason, ...evidence },
      sealed: {},
    },
  ];
}

/** What takes back all that was booked and books these events anew. */
export function rebooked(
  { provider, booked, suspended }: ReceivedDonation,
  booking: Booking,
  counts: (event: BookedEvent) => boolean = () => true,
): Posting[] {
  const events = [...(suspended?.values() ?? [])].filter(counts);
  return [...negation(netted(booked)), ...netted(bookedAs(booking, provider, events))];
}

function bookedAs(
  booking: Booking,
  provider: Provider,
  events: readonly BookedEvent[],
): readonly Posting[] {
  switch (booking) {
    case "regular":
      return events.flatMap((event) => asGift(provider, event));
    case "suspense":
      return events.flatMap((event) => postingsOf(provider, booking, event));
    case "closed":
      return borne(
        provider,
        events.flatMap((event) => asGift(provider, event)),
      );
  }
}

/**
 * What an event moves in a gift. That holds for the balance at the provider whosever money it is. A
 * correction that undoes nothing is known by its own postings alone, all of them of a gift.
 */
export const asGift = (provider: Provider, event: BookedEvent): readonly Posting[] =>
  event.type === "DonationCorrected" && event.data.public.undoes === undefined
    ? event.data.public.postings
    : postingsOf(provider, "regular", event);

/** What this movement adds to what we bear of a payment that was closed as no gift. */
export function borneBy(
  { provider, suspended }: ReceivedDonation,
  movement: Movement,
): readonly Posting[] {
  const before = [...(suspended?.values() ?? [])].flatMap((event) => asGift(provider, event));
  const after = [...before, ...postingsOf(provider, "regular", movement)];
  return netted([...negation(borne(provider, before)), ...borne(provider, after)]);
}

/**
 * Where the provider took more than the payment brought (a fee that it kept, a dispute), that left our
 * balance whosever the payment was: the infrastructure fund bears it, as it does fees of the account.
 */
function borne(provider: Provider, moved: readonly Posting[]): Posting[] {
  const forDisputes = balancesOf(moved).get(`expenses:disputes:${provider}`);
  const short = partOf(moved, "net").map(negated);
  return short.flatMap(({ amount, currency }) => {
    const total = Amount.max(amount, 0);
    const disputes = Amount.min(total, Amount.max(forDisputes?.get(currency) ?? 0, 0));
    const sum = moneyOf(total, currency);
    return entry(
      debit(`expenses:disputes:${provider}`, moneyOf(disputes, currency)),
      debit(`expenses:fees:${provider}`, moneyOf(total.minus(disputes), currency)),
      credit(`assets:${provider}:balance`, sum),
      debit("liabilities:pool:infrastructure", sum),
      credit("expenses:dedicated", sum),
    );
  });
}
