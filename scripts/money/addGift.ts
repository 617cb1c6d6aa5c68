import type { CommandContext } from "../../commands/context.js";
import { nextContext } from "../../commands/context.js";
import { attributeDonation } from "../../commands/donation/amendDonation.js";
import { enterDonation } from "../../commands/donation/enterDonation.js";
import type { Manual } from "../../domain/donation/commands.js";
import { isSame, type Money } from "../../domain/money/money.js";
import { mayBeSame } from "../../domain/statements/planImport.js";
import type { StatementRow } from "../../domain/statements/statementRow.js";
import { openPayments } from "../../platform/payments/payments.js";
import { type DonationRow, listDonationsBy } from "../../projections/donations/queries.js";
import { giftNamed } from "./giftNamed.js";
import { knownGift } from "./knownGifts.js";
import type { LedgerTool } from "./ledgerTool.js";
import { takeBackDoubles } from "./takeBackDoubles.js";

export type Added =
  | { readonly outcome: "new" }
  /** By this name of its own, and with this sum where it is another. */
  | { readonly outcome: "known"; readonly payment: string; readonly otherSum?: Money }
  /** It may be this gift, which GitHub's webhook reported: nothing was added. */
  | { readonly outcome: "unsure"; readonly payment: string }
  /** It lay in suspense under this name, and counts from now on. */
  | { readonly outcome: "attributed"; readonly payment: string };

export interface Addition {
  readonly row: StatementRow;
  readonly manual: Manual;
  /** Whoever enters it knows that it is none of those that it may be. */
  readonly isSure?: boolean;
}

/** Enters a gift unless the ledger has the payment, by whichever name its source gives it. */
export async function addGift(
  opened: LedgerTool,
  { row, manual, isSure = false }: Addition,
  context: CommandContext,
): Promise<Added> {
  const { config, ledger, readDb } = opened;
  const { provider, reference } = row;
  const gifts = await listDonationsBy(readDb, provider);
  const known = giftNamed(gifts, reference);
  if (known !== undefined) return addToKnown(opened, { row, manual, known }, context);
  const same = isSure ? undefined : gifts.map(knownGift).find((gift) => mayBeSame(row, gift));
  if (same !== undefined) return { outcome: "unsure", payment: same.externalId };
  const { allowedCurrencies } = openPayments(config);
  const isNew = await enterDonation(ledger, { row, manual, allowedCurrencies }, context);
  if (!isNew) return { outcome: "known", payment: reference };
  const doubles = await takeBackDoubles(opened, [row], () => nextContext(context, "take back"));
  return doubles.length === 0 ? { outcome: "new" } : { outcome: "known", payment: reference };
}

/** Whoever enters a payment says that it is a gift, whether its provider told of it before or not. */
async function addToKnown(
  { config, ledger }: LedgerTool,
  { row, manual, known }: Addition & { readonly known: DonationRow },
  context: CommandContext,
): Promise<Added> {
  const { provider, external_id: payment } = known;
  if (known.status === "suspense") {
    const { at } = context;
    const about = { provider, externalId: payment, at, occurredAt: at };
    const attributing = { ...about, moneyKey: `entered as ${row.reference}` };
    const { allowedCurrencies } = openPayments(config);
    const step = nextContext(context, "attribute");
    const amendment = { about: attributing, manual, allowedCurrencies };
    const outcome = await attributeDonation(ledger, amendment, step);
    if (outcome === "attributed") return { outcome, payment };
  }
  const { gross, given = gross } = knownGift(known);
  return { outcome: "known", payment, ...(!isSame(given, row.gross) && { otherSum: given }) };
}
