import type { PayoutNews } from "../../domain/operator/news.js";
import type { Instant } from "../../domain/time.js";
import type { MailText } from "./texts.js";

export interface PayoutWords {
  readonly appUrl: string;
  /** Undefined for an address whose reader may be somebody else. */
  readonly username: string | undefined;
  readonly confirmToken: string;
  readonly freezeToken: string;
  /** When what it is about happened. */
  readonly at: Instant;
}

const hello = ({ username }: PayoutWords): string =>
  username === undefined ? "Hello" : `Hello ${username}`;

const stop = ({ appUrl, freezeToken }: PayoutWords): string =>
  `If that was not you, somebody else is in your account. Follow this link and stop all payouts; a
maintainer then looks before anything is paid:

${appUrl}/freeze-payouts?token=${freezeToken}

Then set a new password: ${appUrl}/reset-password
`;

export const confirmText = (words: PayoutWords): MailText => ({
  subject: "Confirm how you want to be paid",
  text: `${hello(words)},

Another payout account was named for your nodes at ${words.at} (UTC). Follow this link within 24 hours
to confirm it:

${words.appUrl}/confirm-payout-account?token=${words.confirmToken}

Nothing is paid for seven days after that. Until then, what was in force stays in force.

${stop(words)}`,
});

export const confirmPaypalText = (words: PayoutWords): MailText => ({
  subject: "Confirm your PayPal account",
  text: `Hello,

An operator of OBSIDIAN wants to be paid to the PayPal account with this address. If that is you, follow
this link within 24 hours:

${words.appUrl}/confirm-paypal-account?token=${words.confirmToken}

If you know nothing of it, do nothing: nothing is paid to this address without the link.
`,
});

export const signInText = (words: PayoutWords): MailText => ({
  subject: "Your password was changed",
  text: `${hello(words)},

The password of your account was changed at ${words.at} (UTC). Nothing is paid to you for seven days, so
that you can stop it.

${stop(words)}`,
});

/** A Record over the types: news of a new type will not compile without its sentence. */
const sentences: Readonly<Record<Exclude<PayoutNews["type"], "PasswordChanged">, string>> = {
  PayoutAccountLinked:
    "Another payout account was named. It is not in force before it is confirmed.",
  PayoutAccountVerified:
    "Another payout account is in force. Nothing is paid to it for seven days, so that you can stop it.",
  PayoutAccountRemoved:
    "Your payout account was removed. Nothing is paid to you until you name another.",
  PayoutAccountFrozen:
    "Your payouts are frozen. A maintainer looks before anything is paid to you.",
  PayoutAccountUnfrozen: "A maintainer ended the freeze of your payouts.",
};

export const warningText = (
  type: Exclude<PayoutNews["type"], "PasswordChanged">,
  words: PayoutWords,
): MailText => ({
  subject: "How you are paid has changed",
  text: `${hello(words)},

${sentences[type]} That was at ${words.at} (UTC).

${type === "PayoutAccountFrozen" ? `If that was not you, answer this mail.\n` : stop(words)}`,
});
