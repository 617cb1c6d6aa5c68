import { z } from "zod";
import type { DueOrder } from "../../platform/ops/outbox.js";
import { openLocated } from "../../platform/vault/located.js";
import {
  findDonation,
  givenIn,
  type ListedDonation,
  namingOf,
} from "../../projections/donations/queries.js";
import { findUser } from "../../projections/users/queries.js";
import { mailBudgets } from "./budgets.js";
import { messageIdOf, sendCounted } from "./mails.js";
import type { Attempt, Sending } from "./sender.js";

/** A mail to whoever gave, if they left an address or have an account. */
export async function thankDonor(sending: Sending, due: DueOrder): Promise<Attempt> {
  const { readDb, mailer, appUrl } = sending;
  const gift = await findDonation(readDb, { stream: due.giftStream });
  // The read model may be a moment behind the gift.
  if (gift === undefined) return "later";
  const to = await addressOf(sending, gift);
  if (to === undefined) return "nobody";
  const addressee = sending.vault.digestOf("email", to).toString("base64url");
  return sendCounted(sending, due, { addressee, budget: mailBudgets.ordinary }, () =>
    mailer.send({ to, messageId: messageIdOf(due, appUrl), ...textFor(gift, appUrl) }),
  );
}

/** What the donor gave to the provider, else the account's; undefined when nobody can be reached. */
async function addressOf(
  { vault, readDb }: Sending,
  gift: ListedDonation,
): Promise<string | undefined> {
  const user = gift.user_id === null ? undefined : await findUser(readDb, gift.user_id);
  if (user?.status === "erased") return undefined;
  const address = z.email().safeParse(await openLocated(vault, gift.email ?? user?.email ?? null));
  return address.data;
}

const textFor = (gift: ListedDonation, appUrl: string, { amount, currency } = givenIn(gift)) => ({
  subject: "Thank you for your gift",
  text: `Hello,

Thank you: your gift of ${amount} ${currency} has arrived. It pays the people whose machines
make the loops, and what keeps the service running.

Anybody can see how it is used:

${appUrl}/api/v1/transparency/current

Your gift is listed there as ${gift.donation_id}. ${
    namingOf(gift) === "named"
      ? "Your name is shown with it, as you chose."
      : "Your name is not shown."
  }
`,
});
