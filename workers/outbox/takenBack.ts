import { mailTooOldMs } from "../../domain/limits.js";
import { moneyOf } from "../../domain/money/money.js";
import { appealEndsAt } from "../../domain/payable/appeals.js";
import { type Instant, plusMs } from "../../domain/time.js";
import type { ReadDb } from "../../projections/readTables.js";
import { listTakenBackFrom, type TakeBackRow } from "../../projections/takeBacks/queries.js";

/** In one mail; the API shows the others. */
const listedMax = 20;

/** What was taken back from an operator of late; undefined while the read model is behind. */
export async function linesOfTakenBack(
  readDb: ReadDb,
  operatorId: string,
  orderedAt: Instant,
): Promise<string | undefined> {
  const wanted = { operatorId, since: plusMs(orderedAt, -mailTooOldMs), limit: listedMax };
  const rows = await listTakenBackFrom(readDb, wanted);
  const isThere = rows.some(({ voided_at }) => voided_at >= orderedAt);
  return isThere ? rows.map(lineOf).join("\n\n") : undefined;
}

function lineOf({ month, currency, pay_id, amount, reason, voided_at }: TakeBackRow): string {
  const share = `${moneyOf(amount, currency).amount} ${currency} of ${month}, node with the pay id ${pay_id}`;
  return `${share}\nWhy: ${reason}\nAn appeal is possible until ${appealEndsAt(voided_at)} (UTC).`;
}
