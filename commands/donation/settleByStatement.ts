import type { Manual } from "../../domain/donation/commands.js";
import { donationDecider } from "../../domain/donation/decider.js";
import { chargedKeyOf, type ReceivedDonation } from "../../domain/donation/state.js";
import { sinceUndone } from "../../domain/donation/undo.js";
import { decimalOf, minus, negated } from "../../domain/money/money.js";
import { debit, entry, type Posting } from "../../domain/money/postings.js";
import type { KnownGift } from "../../domain/statements/knownGift.js";
import type { StatementRow } from "../../domain/statements/statementRow.js";
import { type CommandContext, nextContext } from "../context.js";
import { handle, type Ledger, load } from "../handle.js";
import { contextOfEntry } from "./contextOfEntry.js";

export interface StatementSettlement {
  readonly row: StatementRow;
  readonly gift: KnownGift;
  readonly manual: Manual;
}

/**
 * A list shows the money of a gift that a webhook told of. Where another sum was charged than the
 * webhook said (GitHub charges part of the first month), what was given is put right as well, or
 * the public would be told of money that nobody gave.
 */
export async function settleByStatement(
  ledger: Ledger,
  { row, gift, manual }: StatementSettlement,
  context: CommandContext,
): Promise<void> {
  const { provider, externalId } = gift;
  const about = { provider, externalId, at: context.at, occurredAt: row.occurredAt };
  const moneyKey = row.reference;
  const { state, events: all } = await load(ledger.store, donationDecider, {
    provider,
    externalId,
  });
  const [received] = sinceUndone(all);
  if (state.status !== "received" || received === undefined || state.settled !== null) return;
  const entering = contextOfEntry(context, state);
  // First what was given: once the gift is settled, nobody would look at it again.
  const postings = chargedOtherwise(state, row);
  if (postings.length > 0) {
    await handle(
      ledger,
      donationDecider,
      {
        type: "CorrectDonation",
        ...about,
        moneyKey: chargedKeyOf(moneyKey),
        postings,
        reason: `${manual.reason}: ${decimalOf(row.gross).toFixed()} was charged, not the sum reported`,
        correctedEventId: received.id,
        corrects: "DonationReceived",
      },
      nextContext(entering, "charged"),
    );
  }
  const settlement = { gross: row.gross, fee: row.fee };
  await handle(
    ledger,
    donationDecider,
    { type: "SettleDonation", ...about, moneyKey, settlement, manual },
    entering,
  );
}

/** Settling books the difference as a conversion; here it goes back to where it came from. */
function chargedOtherwise(
  { provider, gross, standing }: ReceivedDonation,
  row: StatementRow,
): Posting[] {
  if (gross.currency !== row.gross.currency || standing === "suspense") return [];
  const tooMuch = minus(gross, row.gross);
  return entry(
    debit(`income:donations:${provider}`, tooMuch),
    debit("equity:conversion", negated(tooMuch)),
  );
}
