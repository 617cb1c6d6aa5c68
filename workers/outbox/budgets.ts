import { hour, mailsPerAddressPerHourMax, passwordResetTokenMs } from "../../domain/limits.js";
import type { MailBudget } from "../../platform/redis/mailSlots.js";

/** What anybody can have sent to an address by typing it in. */
const ordinary: MailBudget = {
  name: "ordinary",
  mailsMax: mailsPerAddressPerHourMax,
  windowMs: hour,
};

/**
 * Its own, so that no other mail uses up the way back into an account; and over the life of its link,
 * so that whoever gets no further mail still has one whose link is good.
 */
const passwordReset: MailBudget = {
  name: "password-reset",
  mailsMax: 2,
  windowMs: passwordResetTokenMs,
};

/** Only who is signed in can cause them; a warning must not be kept away by other mails. */
const warning: MailBudget = { name: "warning", mailsMax: 20, windowMs: hour };

/** To an address that an operator typed in as that of their PayPal account, whoever they are. */
const paypalAddress: MailBudget = {
  name: "paypal-address",
  mailsMax: mailsPerAddressPerHourMax,
  windowMs: hour,
};

export const mailBudgets = { ordinary, passwordReset, warning, paypalAddress };
