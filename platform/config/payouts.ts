import { hour } from "../../domain/limits.js";
import { anything, text, variable, wholeNumber } from "./environment.js";
import { combine, setting } from "./settings.js";
import { amounts, usualAmount } from "./sharing.js";

const iban = variable("an IBAN", (value) => {
  const plain = value.replaceAll(" ", "").toUpperCase();
  return /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(plain) ? plain : undefined;
});

/** A provider that remembers ids for so long is trusted for an hour less: its clock is another. */
const marginMs = hour;
const rememberedFor = <const Name extends string>(name: Name, hours: number) =>
  combine({ hours: setting(name, wholeNumber(2, 24 * 365).default(hours)) }, (read) => ({
    ms: Number(read.hours) * hour - marginMs,
  }));

/** How operators are paid. Only `npm run payout` reads it. */
export const payouts = {
  approversMin: setting("PAYOUT_APPROVERS", wholeNumber(1, 2).default(1)),
  minimums: {
    stripe: setting(
      "PAYOUT_MINIMUM_STRIPE",
      amounts.default(() => usualAmount("25")),
    ),
    paypal: setting(
      "PAYOUT_MINIMUM_PAYPAL",
      amounts.default(() => usualAmount("10")),
    ),
    sepa: setting(
      "PAYOUT_MINIMUM_SEPA",
      amounts.default(() => usualAmount("5")),
    ),
    manual: setting(
      "PAYOUT_MINIMUM_MANUAL",
      amounts.default(() => usualAmount("5")),
    ),
  },
  stripeRemembers: rememberedFor("STRIPE_REMEMBERS_HOURS", 24),
  paypalRemembers: rememberedFor("PAYPAL_REMEMBERS_HOURS", 24 * 30),
  sepaDebtor: {
    name: setting("SEPA_DEBTOR_NAME", text("the name on our bank account").optional()),
    iban: setting("SEPA_DEBTOR_IBAN", iban.optional()),
    bic: setting("SEPA_DEBTOR_BIC", anything.optional()),
  },
};
