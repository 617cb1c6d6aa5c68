import { load } from "../../commands/handle.js";
import { freezeLinkMs, mailTokenMs } from "../../domain/limits.js";
import { operatorDecider } from "../../domain/operator/decider.js";
import { isPayoutNews } from "../../domain/operator/news.js";
import { plusMs } from "../../domain/time.js";
import type { StoredEvent } from "../../platform/eventStore/eventStore.js";
import { payoutLinkToken } from "../../platform/keys/payoutLinks.js";
import type { DueOrder } from "../../platform/ops/outbox.js";
import type { PayoutMailKind } from "../../platform/ops/tables.js";
import { openLocated } from "../../platform/vault/located.js";
import { openField } from "../../platform/vault/openField.js";
import { findUser } from "../../projections/users/queries.js";
import { mailBudgets } from "./budgets.js";
import { messageIdOf, sendCounted } from "./mails.js";
import {
  confirmPaypalText,
  confirmText,
  type PayoutWords,
  signInText,
  warningText,
} from "./payoutTexts.js";
import type { Attempt, Sender, Sending } from "./sender.js";
import type { MailText } from "./texts.js";

/** Mails about how an operator is paid: to the address of the account, or to one of PayPal. */
export const payoutMail =
  (kind: PayoutMailKind): Sender =>
  (sending, due) =>
    sendPayoutMail(kind, sending, due);

async function sendPayoutMail(
  kind: PayoutMailKind,
  sending: Sending,
  due: DueOrder,
): Promise<Attempt> {
  const { readDb, store, appUrl, vault, mailer } = sending;
  const { personId, aboutEvent, addressEvent } = due;
  if (personId === null || aboutEvent === null) return "nobody";
  const user = await findUser(readDb, personId);
  // The read model may be a moment behind the event.
  if (user === undefined) return "later";
  if (user.status === "erased") return "nobody";
  const { events } = await load(store, operatorDecider, { operatorId: personId });
  const to = await addressOf(sending, events, { email: user.email, addressEvent });
  const username = await openLocated(vault, user.username);
  if (to === undefined || username === undefined) return "erased";
  const about = events.find(({ id }) => id === aboutEvent);
  const words = wordsOf(sending, { operatorId: personId, aboutEvent, kind, about }, due);
  const named = addressEvent === null ? { ...words, username } : words;
  const text = textOf(kind, about, named);
  if (text === undefined) return "nobody";
  const send = () => mailer.send({ to, messageId: messageIdOf(due, appUrl), ...text });
  // Anybody's address can be typed in as that of PayPal. The others can't be had sent often.
  if (kind !== "payout-confirm-paypal") return send().then(() => "sent");
  const addressee = vault.digestOf("email", to).toString("base64url");
  return sendCounted(sending, due, { addressee, budget: mailBudgets.paypalAddress }, send);
}

async function addressOf(
  { vault }: Sending,
  events: readonly StoredEvent[],
  { email, addressEvent }: { readonly email: string | null; readonly addressEvent: string | null },
): Promise<string | undefined> {
  if (addressEvent === null) return openLocated(vault, email);
  const named = events.find(({ id }) => id === addressEvent);
  if (named?.event.type !== "PayoutAccountLinked") return undefined;
  return openField(vault, { id: named.id, event: named.event }, "destination");
}

interface About {
  readonly operatorId: string;
  readonly aboutEvent: string;
  readonly kind: PayoutMailKind;
  /** Undefined for what happened in another stream. */
  readonly about: StoredEvent | undefined;
}

/** Links are made now: nothing that opens anything lies in a database. */
function wordsOf(
  { vault, appUrl }: Sending,
  { operatorId, aboutEvent, kind, about }: About,
  { createdAt: at }: DueOrder,
): PayoutWords {
  const freeze = { operatorId, subjectId: aboutEvent };
  const freezeToken = payoutLinkToken(vault, "freeze", freeze, plusMs(at, freezeLinkMs));
  const common = { appUrl, username: undefined, freezeToken, at };
  if (about?.event.type !== "PayoutAccountLinked") return { ...common, confirmToken: "" };
  const confirm = { operatorId, subjectId: about.event.data.private.accountId };
  const use = kind === "payout-confirm-paypal" ? "confirm-paypal" : "confirm";
  const confirmToken = payoutLinkToken(vault, use, confirm, plusMs(at, mailTokenMs));
  return { ...common, confirmToken };
}

function textOf(
  kind: PayoutMailKind,
  about: StoredEvent | undefined,
  words: PayoutWords,
): MailText | undefined {
  switch (kind) {
    case "payout-confirm":
      return confirmText(words);
    case "payout-confirm-paypal":
      return confirmPaypalText(words);
    case "sign-in-changed":
      return signInText(words);
    case "payout-warning": {
      const event = about?.event;
      if (event === undefined || !isPayoutNews(event)) return undefined;
      return event.type === "PasswordChanged" ? undefined : warningText(event.type, words);
    }
  }
}
