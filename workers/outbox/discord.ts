import { escapeMarkdown } from "../../platform/discord.js";
import { sha256Hex } from "../../platform/ids.js";
import { type DueOrder, isGone, markGone } from "../../platform/ops/outbox.js";
import { openLocated } from "../../platform/vault/located.js";
import type { Vault } from "../../platform/vault/vault.js";
import {
  findDonation,
  givenIn,
  type ListedDonation,
  namingOf,
} from "../../projections/donations/queries.js";
import type { Attempt, Sending } from "./sender.js";

const nameCharactersMax = 100;

/** Shows on Discord what anybody may know of a gift. */
export async function notifyDiscord(sending: Sending, due: DueOrder): Promise<Attempt> {
  const { webhook, opsDb, readDb, vault, clock, log } = sending;
  if (webhook === undefined) return "nobody";
  const urlSha256 = sha256Hex(webhook.url);
  if (await isGone(opsDb, urlSha256)) return "gone";
  const gift = await findDonation(readDb, { stream: due.giftStream });
  // The read model may be a moment behind the gift.
  if (gift === undefined) return "later";
  const posted = await webhook.post(await noticeOf(gift, vault));
  if (posted.kind !== "gone") return { isSent: posted.kind === "sent", pauseMs: posted.pauseMs };
  log.error("ALERT Discord's webhook no longer exists; set another DISCORD_WEBHOOK_URL");
  await markGone(opsDb, urlSha256, clock.now());
  return "gone";
}

async function noticeOf(gift: ListedDonation, vault: Vault): Promise<string> {
  const name = await shownName(gift, vault);
  const from = name === undefined ? "" : ` from ${escapeMarkdown(name)}`;
  const { amount, currency } = givenIn(gift);
  return `A gift of **${amount} ${currency}**${from}. Thank you!`;
}

async function shownName(gift: ListedDonation, vault: Vault): Promise<string | undefined> {
  if (namingOf(gift) !== "named") return undefined;
  return (await openLocated(vault, gift.name))?.slice(0, nameCharactersMax);
}
