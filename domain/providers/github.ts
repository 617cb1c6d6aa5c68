import { z } from "zod";
import type { Visibility } from "../donation/events.js";
import { readMinorUnits } from "../money/money.js";
import { readInstant } from "../statements/statementRow.js";
import type { Instant } from "../time.js";
import { facts, ignored, misshapen, type Translation, unreadable } from "./facts.js";
import { providerIdSchema } from "./providerId.js";

/** What we read of a `sponsorship` event; everything else in it may come and go. */
const accountSchema = z.object({ login: z.string(), id: z.int() });
/** As much as says whether the rest is about money; a `ping` has no sponsorship. */
const envelopeSchema = z.object({
  action: z.string().optional(),
  sponsorship: z.unknown().optional(),
});
const eventSchema = z.object({
  action: z.string(),
  sponsorship: z.object({
    node_id: providerIdSchema.max(200),
    /** As an instant: GitHub's API and its webhooks may spell the same time in two ways. */
    created_at: z
      .string()
      .refine((text) => readInstant(text) !== undefined, "is not a time")
      .transform((text) => readInstant(text) ?? ""),
    privacy_level: z.string(),
    sponsorable: accountSchema.optional(),
    maintainer: accountSchema.optional(),
    sponsor: accountSchema.nullish(),
    tier: z.object({
      node_id: providerIdSchema.max(200),
      /** Always US cents; `monthly_price_in_dollars` once came as the text "5.0". */
      monthly_price_in_cents: z.int().nonnegative(),
      is_one_time: z.boolean(),
    }),
  }),
});
type Sponsorship = z.infer<typeof eventSchema>["sponsorship"];

export interface GithubContext {
  /** Whose sponsors these are; undefined takes any that our secret signs. */
  readonly sponsorable: string | undefined;
  /** GitHub puts no time into what it sends. */
  readonly receivedAt: Instant;
}

/**
 * A webhook comes for the first charge only, and without the fee: the gift is booked as received,
 * and settles by GitHub's own export, by its API or by the payout.
 */
export function translateGithub(body: unknown, context: GithubContext): Translation {
  const envelope = envelopeSchema.safeParse(body).data;
  if (envelope === undefined) return unreadable("a webhook of GitHub", "action");
  const { action = "unnamed" } = envelope;
  if (envelope.sponsorship === undefined) return ignored("unknown-type");
  const translate = translators.get(action);
  if (translate === undefined) return ignored("unknown-type");
  const event = eventSchema.safeParse(body);
  if (!event.success) return misshapen(action, event.error);
  const { sponsorship } = event.data;
  const ours = (sponsorship.sponsorable ?? sponsorship.maintainer)?.login.toLowerCase();
  if (context.sponsorable !== undefined && ours === undefined) {
    return unreadable(action, "sponsorable");
  }
  if (context.sponsorable !== undefined && ours !== context.sponsorable.toLowerCase()) {
    return ignored("not-our-account");
  }
  return translate(sponsorship, context.receivedAt);
}

type Translator = (sponsorship: Sponsorship, receivedAt: Instant) => Translation;

/** Forecasts, or the end of one: money of later months comes by export and API. */
const forecast: Translator = () => ignored("tells-no-money");

/** A Map, since an action may be called anything, such as `constructor`. */
const translators: ReadonlyMap<string, Translator> = new Map(
  Object.entries<Translator>({
    created,
    edited: privacyChosen,
    tier_changed: forecast,
    pending_tier_change: forecast,
    pending_cancellation: forecast,
    cancelled: forecast,
  }),
);

function created(sponsorship: Sponsorship, occurredAt: Instant): Translation {
  const { node_id, created_at, tier, sponsor } = sponsorship;
  const gross = readMinorUnits("github", tier.monthly_price_in_cents, "USD");
  if (gross === undefined) return unreadable("created", "monthly_price_in_cents");
  if (tier.monthly_price_in_cents === 0) return ignored("nothing-paid");
  const externalId = sponsorshipId(sponsorship);
  return facts({
    kind: "received",
    externalId,
    moneyKey: externalId,
    occurredAt,
    gross,
    pledgeId: undefined,
    isGift: true,
    visibility: visibilityOf(sponsorship),
    donor: sponsor == null ? {} : { name: sponsor.login },
    references: {
      sponsorship: node_id,
      startedAt: created_at,
      billing: tier.is_one_time ? "once" : "monthly",
      ...(sponsor != null && { sponsorId: String(sponsor.id) }),
    },
  });
}

/**
 * One sponsorship begins once. Gifts of one time may share a sponsorship, so their tier is part of
 * the name; a monthly one keeps its name when its tier changes. The delivery is not: it is not
 * signed, so whoever holds an old delivery could send it again under another.
 */
const sponsorshipId = ({ node_id, created_at, tier }: Sponsorship): string =>
  [node_id, created_at, ...(tier.is_one_time ? ["once", tier.node_id] : ["monthly"])].join("/");

/**
 * GitHub signs no time, so an old delivery is as good as a new one for whoever kept it. Hiding is
 * done each time; showing a name only the first time, or an old word could undo a later one.
 */
function privacyChosen(sponsorship: Sponsorship, receivedAt: Instant): Translation {
  const externalId = sponsorshipId(sponsorship);
  const visibility = visibilityOf(sponsorship);
  const which = visibility === "shown" ? "once" : receivedAt;
  const moneyKey = `${externalId}/${visibility}/${which}`;
  return facts({
    kind: "visibility-chosen",
    externalId,
    moneyKey,
    occurredAt: receivedAt,
    visibility,
  });
}

const visibilityOf = ({ privacy_level }: Sponsorship): Visibility =>
  privacy_level === "public" ? "shown" : "hidden";
