import type { Manual } from "../../domain/donation/commands.js";
import { donationDecider } from "../../domain/donation/decider.js";
import { donationStream } from "../../domain/donation/events.js";
import type { Secret } from "../../domain/message.js";
import type { AllowedCurrencies } from "../../domain/providers/booking.js";
import type { StatementRow } from "../../domain/statements/statementRow.js";
import { donorIdOf } from "../../platform/ids.js";
import { type CommandContext, nextContext } from "../context.js";
import { handle, type Ledger, load } from "../handle.js";
import { contextOfEntry } from "./contextOfEntry.js";

export interface EnteredDonation {
  readonly row: StatementRow;
  readonly manual: Manual;
  readonly allowedCurrencies: AllowedCurrencies;
}

/**
 * Books a gift that a maintainer knows of from a list: received and settled, since the list shows
 * what arrived. A payment that is in the ledger already is left alone. Answers whether it was new.
 */
export async function enterDonation(
  ledger: Ledger,
  { row, manual, allowedCurrencies }: EnteredDonation,
  context: CommandContext,
): Promise<boolean> {
  const about = {
    provider: row.provider,
    externalId: row.reference,
    at: context.at,
    occurredAt: row.occurredAt,
    manual,
  };
  const isAllowed = allowedCurrencies.has(row.gross.currency);
  const receive = {
    type: "ReceiveDonation" as const,
    ...about,
    moneyKey: `received ${row.reference}`,
    gross: row.gross,
    visibility: row.visibility,
    ...(!isAllowed && { suspenseReason: "currency-not-allowed" as const }),
    ...secretsOf(row),
  };
  const settle = {
    type: "SettleDonation" as const,
    ...about,
    // Unlike the name of any other movement of the gift.
    moneyKey: row.reference,
    settlement: { gross: row.gross, fee: row.fee },
  };
  const loaded = await load(ledger.store, donationDecider, receive);
  const entering = contextOfEntry(context, loaded.state);
  const { position } = await handle(ledger, donationDecider, receive, entering, loaded);
  await handle(ledger, donationDecider, settle, nextContext(entering, "settle"));
  return position !== undefined;
}

/** Who gave, as far as the list names them, under the donation's own key. */
function secretsOf({ provider, reference, name, email, message }: StatementRow) {
  const personId = donorIdOf(donationStream(provider, reference));
  const secret = (text: string): Secret => ({ personId, purpose: "donor", text });
  return {
    ...(name !== undefined && { name: secret(name) }),
    ...(email !== undefined && { email: secret(email) }),
    ...(message !== undefined && { message: secret(message) }),
  };
}
