import { operatorDecider } from "../../domain/operator/decider.js";
import type { Instant } from "../../domain/time.js";
import { openField } from "../../platform/vault/openField.js";
import { type Ledger, load } from "../handle.js";
import { openPayeeDetails, type PayeeDetails } from "./givePayeeDetails.js";

export interface ExportedPayee {
  readonly accounts: readonly {
    readonly method: string;
    readonly country: string;
    readonly namedAt: Instant;
    /** Undefined once nobody can read it any more. */
    readonly destination: string | undefined;
    readonly holder: string | undefined;
  }[];
  readonly details: PayeeDetails | undefined;
  readonly history: readonly { readonly type: string; readonly at: Instant }[];
}

/** All that is held about somebody as an operator who is paid, for them. */
export async function exportPayee(
  { store, vault }: Ledger,
  operatorId: string,
): Promise<ExportedPayee> {
  const { events } = await load(store, operatorDecider, { operatorId });
  const accounts: ExportedPayee["accounts"][number][] = [];
  const history: ExportedPayee["history"][number][] = [];
  for (const { id, event } of events) {
    if (!("at" in event.data.private)) continue;
    history.push({ type: event.type, at: event.data.private.at });
    if (event.type !== "PayoutAccountLinked") continue;
    const { method, country, at: namedAt } = event.data.private;
    const destination = await openField(vault, { id, event }, "destination");
    const holder = await openField(vault, { id, event }, "holder");
    accounts.push({ method, country, namedAt, destination, holder });
  }
  return { accounts, details: await openPayeeDetails(vault, events), history };
}
