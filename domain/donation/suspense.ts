import { DomainError } from "../errors.js";
import type { Draft } from "../message.js";
import { negation, netted, type Posting } from "../money/postings.js";
import { hourOf } from "../time.js";
import type { AttributeDonation, CloseSuspense } from "./commands.js";
import type { DonationEvent } from "./events.js";
import { type BookedEvent, postingsOf, type Standing } from "./movements.js";
import type { ReceivedDonation } from "./state.js";

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

/** Money that is no gift leaves the books. Should it prove to be one, it can still be attributed. */
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
      public: { ...about, postings: negation(netted(state.booked)), manual: true },
      private: { externalId, moneyKey, at, occurredAt, reason, ...evidence },
      sealed: {},
    },
  ];
}

/** What takes back all that was booked and books these events anew, as this standing has it. */
export function rebooked(
  { provider, booked, suspended }: ReceivedDonation,
  standing: Standing,
  counts: (event: BookedEvent) => boolean = () => true,
): Posting[] {
  const events = [...(suspended?.values() ?? [])].filter(counts);
  const anew = events.flatMap((event) =>
    isOwnCorrection(event, standing)
      ? event.data.public.postings
      : postingsOf(provider, standing, event),
  );
  return [...negation(netted(booked)), ...netted(anew)];
}

/** A correction that undoes nothing is known by its own postings alone, all of them of a gift. */
const isOwnCorrection = ({ type, data }: BookedEvent, standing: Standing): boolean =>
  standing === "regular" && type === "DonationCorrected" && !("undoes" in data.public);
