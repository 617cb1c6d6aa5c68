import type { Translation } from "../../domain/providers/facts.js";
import { finderAt, lookUpAndTranslate } from "../../platform/payments/lookUpAndTranslate.js";
import type { RecordedReport } from "../../platform/payments/recordedReport.js";
import type { DonationRow } from "../../projections/donations/projection.js";
import { startProgress } from "../progress.js";
import { type Comparison, compareFacts } from "./compareFacts.js";
import { compareFee } from "./compareFee.js";

export interface Recorded {
  readonly reports: AsyncIterable<RecordedReport>;
  /** Gifts in the ledger that the provider should name, in the time that is compared. */
  readonly known: readonly DonationRow[];
  /** How a single payment is asked for, where the list may be late. */
  readonly reportOf?: (externalId: string) => RecordedReport;
}

/** Compares what a provider has, thing by thing, with what the ledger has. @throws ProviderDownError */
export async function compareRecord(
  comparison: Comparison,
  { reports, known, reportOf }: Recorded,
): Promise<void> {
  const progress = startProgress("comparing", known.length);
  for await (const report of reports) {
    await compareReport(comparison, report);
    progress.update(comparison.compared);
  }
  progress.stop();
  for (const { external_id: externalId } of known) {
    if (comparison.named.has(externalId)) continue;
    const asked =
      reportOf === undefined ? undefined : await meaningOf(comparison, reportOf(externalId));
    if (asked?.kind === "facts") await compareFacts(comparison, asked.facts);
    else comparison.differences.push({ kind: "only-in-ledger", externalId });
  }
}

async function compareReport(comparison: Comparison, report: RecordedReport): Promise<void> {
  if (report.fee !== undefined) return compareFee(comparison, report.fee);
  const meaning = await meaningOf(comparison, report);
  if (meaning?.kind === "facts") return compareFacts(comparison, meaning.facts);
  const why = doubtOf(meaning);
  if (why === undefined) return;
  comparison.compared += 1;
  comparison.differences.push({ kind: "unsure", what: report.what, why });
}

async function meaningOf(
  { payments, provider, at }: Comparison,
  { body }: RecordedReport,
): Promise<Translation | undefined> {
  if (body === undefined) return undefined;
  const find = finderAt(payments, provider);
  return lookUpAndTranslate({ provider, body, receivedAt: at }, payments.rules, find);
}

/** Undefined for what is understood and moves nothing of ours. */
function doubtOf(meaning: Translation | undefined): string | undefined {
  if (meaning === undefined) return "none of our webhooks reports money of this kind";
  if (meaning.kind === "held") {
    const { kind, id } = meaning.waitsFor;
    return `the provider has no ${kind} with the id ${id}`;
  }
  return meaning.kind === "unreadable" ? `it can't be read: ${meaning.what}` : undefined;
}
