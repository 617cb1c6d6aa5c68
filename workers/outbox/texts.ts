import type { Instant } from "../../domain/time.js";
import type { MailKind } from "../../platform/ops/tables.js";

export interface MailText {
  readonly subject: string;
  readonly text: string;
}

interface Words {
  readonly appUrl: string;
  readonly username: string;
  /** Only in mails that carry a link to be used once. */
  readonly token: string;
  /** Only in mails that list something. */
  readonly details: string;
  /** When what it is about happened. */
  readonly orderedAt: Instant;
}

/** A Record over the kinds: a new kind will not compile without its words. */
export const mailTexts: Readonly<Record<MailKind, (words: Words) => MailText>> = {
  "verify-email": ({ appUrl, username, token }) => ({
    subject: "Confirm your address",
    text: `Hello ${username},

Welcome to OBSIDIAN. Follow this link within 24 hours to confirm your address:

${appUrl}/verify-email?token=${token}

The page asks for the password that was chosen at registration. If somebody else registered with
your address, you can choose your own there, and theirs opens nothing. If you want no account, do
nothing: it is not activated without this link.
`,
  }),
  "already-registered": ({ appUrl, username }) => ({
    subject: "You already have an account",
    text: `Hello ${username},

Somebody, probably you, tried to register with this address. It already has an account, and
nothing was changed. If you forgot your password, set a new one here:

${appUrl}/reset-password
`,
  }),
  "reset-password": ({ appUrl, username, token }) => ({
    subject: "Set a new password",
    text: `Hello ${username},

Follow this link within 30 minutes to set a new password:

${appUrl}/reset-password?token=${token}

If you did not ask for it, do nothing: your password stays as it is.
`,
  }),
  "key-issued": ({ appUrl, username, orderedAt }) => ({
    subject: "A new API key was made",
    text: `Hello ${username},

A new API key was made for your account at ${orderedAt} (UTC). Whoever has it makes loops in your
name.

If that was not you, somebody knows your password. Set a new one here, and choose that your keys are
revoked:

${appUrl}/reset-password
`,
  }),
  "node-suspended": ({ appUrl, username, orderedAt }) => ({
    subject: "A node of yours was suspended",
    text: `Hello ${username},

A maintainer suspended one of your nodes at ${orderedAt} (UTC). It gets no work, and what it earned
and was not paid yet is held. Which node it is, and why, is in the decisions about your nodes:

${appUrl}/api/v1/operator/nodes

If you think that is wrong, answer this mail.
`,
  }),
  "node-reinstated": ({ appUrl, username, orderedAt }) => ({
    subject: "A node of yours is suspended no more",
    text: `Hello ${username},

A maintainer ended the suspension of one of your nodes at ${orderedAt} (UTC). It gets work again, and
nothing that it earned is held. Which node it is, and why, is in the decisions about your nodes:

${appUrl}/api/v1/operator/nodes
`,
  }),
  "share-voided": ({ appUrl, username, details }) => ({
    subject: "What a node of yours earned was taken back",
    text: `Hello ${username},

A maintainer took back what a node of yours earned, before it was paid. It goes to all who work:

${details}

If you think that is wrong, say why: sign in, and send the month, the currency, the pay id and your
words to

${appUrl}/api/v1/operator/take-backs/appeal

Somebody will look at it again. What becomes of it is shown here:

${appUrl}/api/v1/operator/take-backs
`,
  }),
  "shares-wait": ({ appUrl, username }) => ({
    subject: "What your nodes earned waits for you",
    text: `Hello ${username},

Your nodes earned money that we can't pay, because you named no account for payouts. How much it is,
and of which months, is shown here:

${appUrl}/api/v1/operator/earnings

Name an account there, or do without what you earned. What is not paid 36 months after its month was
shared out goes back to all who work.
`,
  }),
  "shares-lapse-soon": ({ appUrl, username }) => ({
    subject: "What your nodes earned lapses within a month",
    text: `Hello ${username},

Your nodes earned money nearly 36 months ago that we can't pay, because you named no account for
payouts. If you name none within a month, it goes back to all who work. How much it is, and of which
months, is shown here:

${appUrl}/api/v1/operator/earnings
`,
  }),
};
