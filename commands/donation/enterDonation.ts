import type { AboutDonation, Manual } from "../../domain/donation/commands.js";
import { donationDecider } from "../../domain/donation/decider.js";
import { donationStream } from "../../domain/donation/events.js";
import type { Secret } from "../../domain/message.js";
import type { AllowedCurrencies } from "../../domain/providers/booking.js";
import type { StatementRow } from "../../domain/statements/statementRow.js";
import { donorIdOf } from "../../platform/ids.js";
import { type CommandContext, nextContext } from "../context.js";
import { handle, type Ledger } from "../handle.js";

export interface Entering {
  readonly row: StatementRow;
  readonly manual: Manual;
  readonly allowedCurrencies: AllowedCurrencies;
}

/** The name under which a row settles a gift: unlike that of any other movement of it. */
export const settlementKeyOf = ({ reference }: Pick<StatementRow, "reference">): string =>
  reference;

/**
 * Books a gift that a maintainer knows of from a list: received and settled, since the list shows
 * what arrived. A payment that is in the ledger already is left alone. Answers whether it was new.
 */
export async function enterDonation(
  ledger: Ledger,
  { row, manual, allowedCurrencies }: Entering,
  context: CommandContext,
): Promise<boolean> {
  const { provider, reference, occurredAt, gross, fee, visibility } = row;
  const stream = donationStream(provider, reference);
  const secret = (text: string): Secret => ({
    personId: donorIdOf(stream),
    purpose: "donor",
    text,
  });
  const about: Omit<AboutDonation, "moneyKey"> = {
    provider,
    externalId: reference,
    at: context.at,
    occurredAt,
  };
  const isAllowed = allowedCurrencies.has(gross.currency);
  const { position } = await handle(
    ledger,
    donationDecider,
    {
      type: "ReceiveDonation",
      ...about,
      moneyKey: `received ${reference}`,
      gross,
      visibility,
      manual,
      ...(!isAllowed && { suspenseReason: "currency-not-allowed" as const }),
      ...(row.name !== undefined && { name: secret(row.name) }),
      ...(row.email !== undefined && { email: secret(row.email) }),
      ...(row.message !== undefined && { message: secret(row.message) }),
    },
    context,
  );
  await handle(
    ledger,
    donationDecider,
    {
      type: "SettleDonation",
      ...about,
      moneyKey: settlementKeyOf(row),
      settlement: { gross, fee },
      manual,
    },
    nextContext(context, "settle"),
  );
  return position !== undefined;
}
