import type { z } from "zod";
import type { PayeeDetails } from "../../../commands/operator/givePayeeDetails.js";
import type { Destination } from "../../../commands/operator/openPayoutAccount.js";
import type { PayoutStanding } from "../../../commands/operator/payoutStanding.js";
import type { HoldCode } from "../../../domain/operator/holds.js";
import type { PayoutMethod } from "../../../domain/operator/payoutMethods.js";
import { erasedText } from "../../../platform/vault/located.js";
import type { standingAnswer } from "./payoutSchemas.js";

/** A Record over the codes: a new one will not compile without its sentence. */
const reasons: Readonly<Record<HoldCode, string>> = {
  NO_ACCOUNT: "You named no account to be paid to.",
  UNVERIFIED: "The account is not confirmed yet, or Stripe says that it can't be paid.",
  CHANGED_LATELY: "The account changed in the last seven days.",
  SIGN_IN_CHANGED: "Your password or address changed in the last seven days.",
  FROZEN: "The payouts are frozen. A maintainer looks, and may let them go on.",
  DETAILS_MISSING: "We must know your legal name, your country, and whether you are a business.",
  FORM_MISSING: "The law asks for a form before more is paid. A maintainer writes to you.",
  PAYEE_SHARED: "Another operator is paid to the same account. A maintainer looks.",
  SUSPENDED: "The node is suspended.",
};

export function shownStanding(standing: PayoutStanding): z.infer<typeof standingAnswer> {
  const { account, waiting, details, holds } = standing;
  return {
    account:
      account === undefined
        ? null
        : { ...shownAccount(account), since: account.since, usable: account.isUsable },
    waiting:
      waiting === undefined ? null : { ...shownAccount(waiting), missing: [...waiting.missing] },
    details: details === undefined ? null : shownDetails(details),
    holds: holds.map(({ code, until }) => ({ code, reason: reasons[code], until: until ?? null })),
  };
}

export const shownDetails = ({ legalName, country, standing }: PayeeDetails) => ({
  ...{ legal_name: legalName, country, standing },
});

interface Opened {
  readonly method: PayoutMethod;
  readonly country: string;
  readonly opened: Destination | undefined;
}

function shownAccount({ method, country, opened }: Opened) {
  const shown = opened === undefined ? erasedText : masked(method, opened.destination);
  return { method, country, shown };
}

const lastShown = 4;

/** Enough to recognise one's own account, and of no use to anybody else. */
function masked(method: PayoutMethod, destination: string): string {
  switch (method) {
    case "paypal":
      return destination.replace(/^(.).*(@.*)$/u, "$1…$2");
    case "sepa":
    case "stripe":
      return `…${destination.slice(-lastShown)}`;
    case "manual":
      return "as agreed";
  }
}
