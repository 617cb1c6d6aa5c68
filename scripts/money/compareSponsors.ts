import { day } from "../../domain/limits.js";
import { minorUnitsOf } from "../../domain/money/money.js";
import type { Fact } from "../../domain/providers/facts.js";
import { translateGithub } from "../../domain/providers/github.js";
import { webhookComesWithinMs } from "../../domain/statements/knownGift.js";
import {
  type Activity,
  type ActivityStep,
  matchActivities,
  type Sponsorship,
} from "../../domain/statements/matchActivities.js";
import { type Instant, plusMs } from "../../domain/time.js";
import type { GithubRecord } from "../../platform/payments/githubRecord.js";
import type { DonationRow } from "../../projections/donations/projection.js";
import { type Comparison, compareFacts } from "./compareFacts.js";
import { knownGifts } from "./knownGifts.js";

/** Activities before `since` are matched as well, so that one at its edge finds its gift. */
export const activitiesFrom = (since: Instant): Instant => plusMs(since, -webhookComesWithinMs);
const giftsFrom = (since: Instant): Instant => plusMs(since, -2 * webhookComesWithinMs - day);

export interface Sponsors {
  readonly record: GithubRecord;
  readonly rows: readonly DonationRow[];
  readonly sponsorable: string;
  readonly since: Instant;
}

/** Compares the beginnings of sponsorships; charges of later months come by the export. */
export async function compareSponsors(
  comparison: Comparison,
  { record, rows, sponsorable, since }: Sponsors,
): Promise<void> {
  const { ledger, at: now, differences } = comparison;
  const recent = rows.filter((row) => row.occurred_at >= giftsFrom(since));
  const gifts = await knownGifts(ledger.vault, recent, () => true);
  const { steps, unnamed } = matchActivities({ ...record, gifts, now });
  for (const step of steps.filter(({ activity }) => activity.at >= since)) {
    await compareStep(comparison, step, sponsorable);
  }
  for (const { externalId, sponsorship } of unnamed) {
    if (sponsorship === undefined || sponsorship.startedAt < since) continue;
    if (!comparison.named.has(externalId)) differences.push({ kind: "only-in-ledger", externalId });
  }
}

async function compareStep(
  comparison: Comparison,
  step: ActivityStep,
  sponsorable: string,
): Promise<void> {
  const { activity } = step;
  switch (step.kind) {
    case "known":
      comparison.compared += 1;
      comparison.named.add(step.gift.externalId);
      return;
    case "missing":
      return compareFacts(comparison, beginningOf(activity, step.sponsorship, sponsorable));
    case "unsure": {
      comparison.compared += 1;
      const { at, sponsor, kind, tier } = activity;
      const sum = tier === undefined ? "" : ` ${tier.gross.amount} ${tier.gross.currency}`;
      const what = `${kind}${sum}, ${sponsor?.login ?? "somebody"}, ${at} (${activity.id})`;
      comparison.differences.push({ kind: "unsure", what, why: step.why });
    }
  }
}

/** As the webhook would have reported it, so that it gets the same name by the same rules. */
function beginningOf(
  { at, tier, sponsor }: Activity,
  { id, createdAt, isPublic }: Sponsorship,
  sponsorable: string,
): readonly Fact[] {
  const body = {
    action: "created",
    sponsorship: {
      node_id: id,
      created_at: createdAt,
      privacy_level: isPublic ? "public" : "private",
      sponsorable: { login: sponsorable, id: 0 },
      sponsor: sponsor && { login: sponsor.login, id: Number(sponsor.id) },
      tier: tier && {
        node_id: tier.id,
        monthly_price_in_cents: minorUnitsOf("github", tier.gross),
        is_one_time: tier.once,
      },
    },
  };
  const translation = translateGithub(body, { sponsorable, receivedAt: at });
  return translation.kind === "facts" ? translation.facts : [];
}
