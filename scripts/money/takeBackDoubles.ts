import type { CommandContext } from "../../commands/context.js";
import { findEntered, takeBackEntered } from "../../commands/donation/recogniseEntered.js";
import { namesOf } from "../../domain/statements/knownGift.js";
import type { StatementRow } from "../../domain/statements/statementRow.js";
import { openPayments } from "../../platform/payments/payments.js";
import { listDonationsBy } from "../../projections/donations/queries.js";
import { knownGift } from "./knownGifts.js";
import { type LedgerTool, untilProjected } from "./ledgerTool.js";

type Entered = Pick<StatementRow, "provider" | "reference">;

/**
 * A provider may have told of a payment just while it was entered, by another name. Then what was
 * entered is taken back. Answers what that was.
 */
export async function takeBackDoubles(
  { config, ledger, readDb }: LedgerTool,
  rows: readonly Entered[],
  contextOf: (row: Entered) => CommandContext,
): Promise<Entered[]> {
  if (rows.length === 0) return [];
  await untilProjected({ ledger, readDb });
  const { allowedCurrencies } = openPayments(config);
  const doubles: Entered[] = [];
  for (const provider of new Set(rows.map((row) => row.provider))) {
    const gifts = (await listDonationsBy(readDb, provider)).map(knownGift);
    const otherwise = new Map(
      gifts.flatMap((gift) =>
        namesOf(gift)
          .filter((name) => name !== gift.externalId)
          .map((name) => [name, gift.externalId] as const),
      ),
    );
    for (const row of rows.filter((each) => each.provider === provider)) {
      const externalId = otherwise.get(row.reference);
      if (externalId === undefined || externalId === row.reference) continue;
      const [entered] = await findEntered(ledger, provider, [row.reference]);
      if (entered === undefined) continue;
      await takeBackEntered(ledger, { entered, externalId, allowedCurrencies }, contextOf(row));
      doubles.push(row);
    }
  }
  return doubles;
}
