import { hour } from "../limits.js";
import { isSame, type Money } from "../money/money.js";
import { betweenMs, epochMs, type Instant } from "../time.js";
import {
  apartMs,
  isRefunded,
  type KnownGift,
  pairWithGifts,
  sameMomentMs,
  webhookComesWithinMs,
} from "./knownGift.js";

export interface Sponsor {
  readonly id: string;
  readonly login: string;
}

/** What GitHub's API says happened between a sponsor and us. It names neither charge nor sponsorship. */
export interface Activity {
  readonly id: string;
  readonly kind: "started" | "refunded";
  readonly at: Instant;
  /** Undefined for somebody who is private to us as well, or gone. */
  readonly sponsor: Sponsor | undefined;
  readonly tier: { readonly id: string; readonly gross: Money; readonly once: boolean } | undefined;
  /** Patreon's money is not GitHub's. */
  readonly byPatreon: boolean;
}

/** A sponsorship as GitHub has it now. */
export interface Sponsorship {
  readonly id: string;
  readonly createdAt: Instant;
  readonly once: boolean;
  readonly isPublic: boolean;
  readonly sponsor: Sponsor | undefined;
}

export type ActivityStep =
  | { readonly kind: "known"; readonly activity: Activity; readonly gift: KnownGift }
  /** Nothing in the ledger can be it, and this is the sponsorship that it began. */
  | { readonly kind: "missing"; readonly activity: Activity; readonly sponsorship: Sponsorship }
  /** A person has to look. */
  | { readonly kind: "unsure"; readonly activity: Activity; readonly why: string };

const sponsorshipBeginsWithinMs = hour;

export interface Matching {
  readonly activities: readonly Activity[];
  readonly gifts: readonly KnownGift[];
  readonly sponsorships: readonly Sponsorship[];
  readonly now: Instant;
}

/** What each activity is to the ledger; each gift is the beginning of one sponsorship at most. */
export function matchActivities({ activities, gifts, sponsorships, now }: Matching) {
  const started = activities.filter(({ kind }) => kind === "started");
  const certain = pairWithGifts(started, gifts, { timeOf, isPair: isCertain });
  const left = started.filter((activity) => !certain.has(activity));
  const free = gifts.filter((gift) => ![...certain.values()].includes(gift));
  const possible = pairWithGifts(left, free, { timeOf, isPair: isPossible });
  const steps = activities.map((activity): ActivityStep => {
    if (activity.kind === "refunded") return refundStep(activity, gifts);
    const gift = certain.get(activity);
    if (gift !== undefined) return { kind: "known", activity, gift };
    const maybe = possible.get(activity);
    if (maybe === undefined) return unrecorded(activity, sponsorships, now);
    return unsure(activity, `it may be the gift ${maybe.externalId}`);
  });
  const taken = new Set([...certain.values(), ...possible.values()]);
  const unnamed = gifts.filter((gift) => gift.sponsorship !== undefined && !taken.has(gift));
  return { steps, unnamed };
}

const timeOf = ({ at }: Activity): Instant => at;

const unsure = (activity: Activity, why: string): ActivityStep => ({
  kind: "unsure",
  activity,
  why,
});

function isPossible(activity: Activity, gift: KnownGift): boolean {
  const { tier } = activity;
  const billing = gift.sponsorship?.billing;
  const fits = tier === undefined || billing === undefined || tier.once === (billing === "once");
  return (
    fits &&
    apartMs(activity.at, gift) <= webhookComesWithinMs &&
    isSponsorOf(activity, gift) !== false
  );
}

/** The sum has to be the same: a first month may be charged in part, and then a person decides. */
function isCertain(activity: Activity, gift: KnownGift): boolean {
  if (activity.tier === undefined || !isSame(activity.tier.gross, gift.gross)) return false;
  if (!isPossible(activity, gift)) return false;
  if (isSponsorOf(activity, gift) === true) return true;
  const startedAt = gift.sponsorship?.startedAt;
  return startedAt !== undefined && betweenMs(activity.at, startedAt) <= sameMomentMs;
}

/** By the number, since logins change; undefined where one side does not say. */
function isSponsorOf({ sponsor }: Activity, gift: KnownGift): boolean | undefined {
  if (sponsor === undefined) return undefined;
  if (gift.sponsorId !== undefined) return gift.sponsorId === sponsor.id;
  return gift.handle === undefined
    ? undefined
    : gift.handle.toLowerCase() === sponsor.login.toLowerCase();
}

/** Nothing in the ledger can be it. */
function unrecorded(
  activity: Activity,
  sponsorships: readonly Sponsorship[],
  now: Instant,
): ActivityStep {
  const { at, sponsor, tier, byPatreon } = activity;
  if (epochMs(now) - epochMs(at) <= webhookComesWithinMs) {
    return unsure(activity, "its webhook may still arrive");
  }
  if (byPatreon) return unsure(activity, "it was paid through Patreon");
  const begun = sponsorships.filter(
    (each) =>
      sponsor !== undefined &&
      each.sponsor?.id === sponsor.id &&
      each.once === tier?.once &&
      betweenMs(each.createdAt, at) <= sponsorshipBeginsWithinMs,
  );
  const [sponsorship] = begun;
  if (sponsorship === undefined || begun.length > 1) {
    return unsure(activity, `GitHub lists ${begun.length} sponsorships that it may have started`);
  }
  return { kind: "missing", activity, sponsorship };
}

/** GitHub does not say which charge it gave back, nor how much of it. */
function refundStep(activity: Activity, gifts: readonly KnownGift[]): ActivityStep {
  const gift = gifts.find(
    (each) =>
      isRefunded(each) && each.occurredAt <= activity.at && isSponsorOf(activity, each) === true,
  );
  return gift === undefined
    ? unsure(activity, "a charge was refunded, and GitHub does not say which")
    : { kind: "known", activity, gift };
}
