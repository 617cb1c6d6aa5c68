import { operatorDecider } from "../../domain/operator/decider.js";
import type { StoredEvent } from "../../platform/eventStore/eventStore.js";
import { openField } from "../../platform/vault/openField.js";
import type { Vault } from "../../platform/vault/vault.js";
import type { CommandContext } from "../context.js";
import { requireOperator } from "../enrolment/issueToken.js";
import { handle, type Ledger, load } from "../handle.js";
import { payeeSecret } from "./payeeSecret.js";

export interface PayeeDetails {
  readonly legalName: string;
  /** ISO 3166-1, where the payee is at home. */
  readonly country: string;
  readonly standing: "business" | "private";
}

/**
 * Whom we pay. Details that are ours already change nothing, so that the form of before still counts.
 * @throws DomainError USER_NOT_FOUND, TOO_MANY_CHANGES, HISTORY_FULL
 */
export async function givePayeeDetails(
  ledger: Ledger,
  operatorId: string,
  details: PayeeDetails,
  context: CommandContext,
): Promise<bigint | undefined> {
  await requireOperator(ledger, operatorId);
  const loaded = await load(ledger.store, operatorDecider, { operatorId });
  const known = await openPayeeDetails(ledger.vault, loaded.events);
  if (known !== undefined && isSame(known, details)) return undefined;
  const command = {
    type: "GivePayeeDetails" as const,
    ...{ operatorId, at: context.at },
    legalName: payeeSecret(operatorId, details.legalName),
    country: payeeSecret(operatorId, details.country),
    standing: payeeSecret(operatorId, details.standing),
  };
  return (await handle(ledger, operatorDecider, command, context, loaded)).position;
}

const isSame = (known: PayeeDetails, given: PayeeDetails): boolean =>
  known.legalName === given.legalName &&
  known.country === given.country &&
  known.standing === given.standing;

/** The newest of an operator's stream; undefined before the first, and once their key is destroyed. */
export async function openPayeeDetails(
  vault: Vault,
  events: readonly StoredEvent[],
): Promise<PayeeDetails | undefined> {
  const newest = events.findLast(({ event }) => event.type === "PayeeDetailsGiven");
  if (newest?.event.type !== "PayeeDetailsGiven") return undefined;
  const given = { id: newest.id, event: newest.event };
  const legalName = await openField(vault, given, "legalName");
  const country = await openField(vault, given, "country");
  const standing = await openField(vault, given, "standing");
  if (legalName === undefined || country === undefined) return undefined;
  return { legalName, country, standing: standing === "business" ? "business" : "private" };
}
