import { z } from "zod";
import { mailTooOldMs } from "../../domain/limits.js";
import { plusMs } from "../../domain/time.js";
import { sha256Hex } from "../../platform/ids.js";
import {
  closeMail,
  type DueGiftOrder,
  listDueForGifts,
  type MailOutcome,
  postponeMail,
} from "../../platform/ops/outbox.js";
import { openLocated } from "../../platform/vault/located.js";
import { findDonation, type ListedDonation } from "../../projections/donations/queries.js";
import { findUser } from "../../projections/users/queries.js";
import { attemptsMax, isTooMany, type Mailing, retryMs } from "../mail/sendMails.js";

const mailsPerRound = 20;

/** Thanks whoever gave and left an address, or has an account. */
export async function thankDonors(mailing: Mailing): Promise<void> {
  const { opsDb, clock, log } = mailing;
  const wanted = { kind: "thank-you" as const, now: clock.now(), limit: mailsPerRound };
  for (const due of await listDueForGifts(opsDb, wanted)) {
    try {
      const outcome = await thank(mailing, due);
      if (outcome === "later") await postpone(mailing, due);
      else await closeMail(opsDb, due.id, { outcome, at: clock.now() });
    } catch (error) {
      log.warn({ err: error, mailId: due.id }, "a thank-you mail did not go out");
      await postpone(mailing, due);
    }
  }
}

async function postpone({ opsDb, clock }: Mailing, { id, attempts }: DueGiftOrder): Promise<void> {
  const at = clock.now();
  if (attempts + 1 >= attemptsMax) return closeMail(opsDb, id, { outcome: "gave-up", at });
  await postponeMail(opsDb, id, { attempts: attempts + 1, dueAt: plusMs(at, retryMs(attempts)) });
}

async function thank(mailing: Mailing, due: DueGiftOrder): Promise<MailOutcome | "later"> {
  if (plusMs(due.createdAt, mailTooOldMs) < mailing.clock.now()) return "too-old";
  const gift = await findDonation(mailing.readDb, { stream: due.giftStream });
  // The read model may be a moment behind the gift.
  if (gift === undefined) return "later";
  const to = await addressOf(mailing, gift);
  if (to === undefined) return "nobody";
  if (await isTooMany(mailing.redis, sha256Hex(to.toLowerCase()))) return "too-many";
  const { appUrl, mailer } = mailing;
  const messageId = `<${due.id}@${new URL(appUrl).hostname}>`;
  await mailer.send({ to, messageId, ...textFor(gift, appUrl) });
  return "sent";
}

/** What the donor gave to the provider, else the account's; undefined when nobody can be reached. */
async function addressOf(
  { vault, readDb }: Mailing,
  gift: ListedDonation,
): Promise<string | undefined> {
  const user = gift.user_id === null ? undefined : await findUser(readDb, gift.user_id);
  if (user?.status === "erased") return undefined;
  const sealed = gift.email ?? user?.email ?? null;
  if (sealed === null) return undefined;
  const opened = await openLocated(vault, sealed);
  const address = z.email().safeParse(opened.status === "open" ? opened.text : "");
  return address.data;
}

const textFor = (gift: ListedDonation, appUrl: string) => ({
  subject: "Thank you for your gift",
  text: `Hello,

thank you: your gift of ${gift.gross} ${gift.currency} has arrived. It goes to those whose machines
make the loops, and to what keeps them running.

Everybody can see what is done with it:

${appUrl}/api/v1/transparency/current

Your gift is listed there as ${gift.donation_id}. ${
    gift.visibility === "shown"
      ? "Your name is shown with it, as you chose."
      : "Your name is not shown."
  }
`,
});
