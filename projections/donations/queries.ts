import { partOf } from "../../domain/donation/status.js";
import type { Provider } from "../../domain/money/accounts.js";
import { type Money, zero } from "../../domain/money/money.js";
import { negation, type Posting } from "../../domain/money/postings.js";
import type { Span } from "../entries/queries.js";
import { readBy } from "../readBy.js";
import type { ReadDb } from "../readTables.js";
import { type DonationRow, readMoved, toldBy } from "./projection.js";

export type { DonationRow } from "./projection.js";

export type ListedDonation = DonationRow & {
  /** All that its events moved. */
  readonly postings: readonly Posting[];
  /** Status of the account that gave, if any: an erased donor is not named, whatever they chose. */
  readonly giver_status: string | null;
};

/** May the name of who gave be shown? Only of donors who said yes, and as long as they are there. */
export type Naming = "named" | "unnamed" | "erased";
export function namingOf({
  visibility,
  name,
  giver_status,
}: Pick<ListedDonation, "visibility" | "name" | "giver_status">): Naming {
  if (visibility === "hidden" || name === null) return "unnamed";
  return giver_status === "erased" ? "erased" : "named";
}

/** What was given, as corrected; nothing of an entry that a maintainer undid. */
export function givenIn({
  standing,
  gross: amount,
  currency,
  moved,
}: Pick<DonationRow, "standing" | "gross" | "currency" | "moved">): Money {
  if (standing === "suspense") return { amount, currency };
  const received = partOf(readMoved({ moved }), "received");
  return received.find((part) => part.currency === currency) ?? zero(currency);
}

const withGiver = (db: ReadDb, key: string) =>
  db
    .selectFrom(readBy("read_donation", key))
    .leftJoin("read_user", "read_user.user_id", "read_donation.user_id")
    .selectAll("read_donation")
    .select("read_user.status as giver_status");

const withPostings = <Row extends DonationRow>(row: Row) => ({ ...row, postings: readMoved(row) });

/** Gifts received within this span, oldest first, after the one at position `after`. */
export async function listDonations(
  db: ReadDb,
  { span, after, limit }: { span: Span; after?: string | undefined; limit: number },
): Promise<ListedDonation[]> {
  let query = withGiver(db, "place");
  if (span.from !== null) query = query.where("read_donation.position", ">", String(span.from));
  if (after !== undefined) query = query.where("read_donation.position", ">", after);
  if (span.to !== null) query = query.where("read_donation.position", "<=", String(span.to));
  const rows = await query.orderBy("read_donation.position").limit(limit).execute();
  return rows.map(withPostings);
}

/** What was received before this instant and lies in suspense, oldest first. */
export const listSuspended = (
  db: ReadDb,
  { before, limit }: { before: string; limit: number },
): Promise<DonationRow[]> =>
  db
    .selectFrom(readBy("read_donation", "of_status"))
    .selectAll()
    .where("status", "=", "suspense")
    .where("received_at", "<", before)
    .orderBy("received_at")
    .limit(limit)
    .execute();

/** Gifts by this provider that were received before this instant and are not settled, oldest first. */
export const listInClearing = (
  db: ReadDb,
  { provider, before, limit }: { provider: Provider; before: string; limit: number },
): Promise<DonationRow[]> =>
  db
    .selectFrom(readBy("read_donation", "in_clearing"))
    .selectAll()
    .where("status", "=", "received")
    .where("provider", "=", provider)
    .where("received_at", "<", before)
    .orderBy("received_at")
    .limit(limit)
    .execute();

/**
 * What of it is in suspense, in each currency. Where nothing of it is left there, what it did to our
 * balance at the provider: below zero where a fee was kept, or a dispute was lost.
 */
export function suspendedOf(row: Pick<DonationRow, "moved" | "told">): Money[] {
  const suspended = partOf(readMoved(row), "suspense");
  return suspended.length > 0 ? suspended : partOf(toldBy(row), "net");
}

/** What of a payment in suspense lies in our balance at the provider and is booked nowhere. */
export const unbookedOf = (row: Pick<DonationRow, "standing" | "moved" | "told">): Money[] =>
  row.standing === "suspense" ? partOf([...toldBy(row), ...negation(readMoved(row))], "net") : [];

/** What of it is in clearing, in each currency. */
export const clearingOf = (row: Pick<DonationRow, "moved">): Money[] =>
  partOf(readMoved(row), "clearing");

/** What this account gave, newest first. */
export const listDonationsOf = (
  db: ReadDb,
  { userId, limit }: { userId: string; limit: number },
): Promise<DonationRow[]> =>
  db
    .selectFrom("read_donation")
    .selectAll()
    .where("user_id", "=", userId)
    .orderBy("position", "desc")
    .limit(limit)
    .execute();

export async function findDonation(
  db: ReadDb,
  by: { readonly donationId: string } | { readonly stream: string },
): Promise<ListedDonation | undefined> {
  const query =
    "stream" in by
      ? withGiver(db, "PRIMARY").where("read_donation.stream", "=", by.stream)
      : withGiver(db, "public_id").where("donation_id", "=", by.donationId);
  const row = await query.executeTakeFirst();
  return row && withPostings(row);
}

const giftsPerPage = 1000;

/** Some of the gifts by way of one provider, in order, after this position; none that was undone. */
export const listPageBy = (db: ReadDb, provider: Provider, after: string): Promise<DonationRow[]> =>
  db
    .selectFrom("read_donation")
    .selectAll()
    .where("provider", "=", provider)
    .where("position", ">", after)
    .where("status", "!=", "undone")
    .orderBy("position")
    .limit(giftsPerPage)
    .execute();

/** All gifts by way of one provider: for matching its statements. */
export async function listDonationsBy(db: ReadDb, provider: Provider): Promise<DonationRow[]> {
  const gifts: DonationRow[] = [];
  for (let after = "0"; ; ) {
    const page = await listPageBy(db, provider, after);
    const last = page.at(-1);
    if (last === undefined) return gifts;
    gifts.push(...page);
    after = last.position;
  }
}
