import { operatorDecider } from "../../domain/operator/decider.js";
import type { PayoutMethod } from "../../domain/operator/payoutMethods.js";
import { openField } from "../../platform/vault/openField.js";
import { type Ledger, load } from "../handle.js";

/** Where the operator is paid now. @throws Error where the account changed or can't be read */
export async function destinationNow(
  { store, vault }: Pick<Ledger, "store" | "vault">,
  operatorId: string,
  method: PayoutMethod,
) {
  const { state, events } = await load(store, operatorDecider, { operatorId });
  const current = state.current;
  for (const stored of events) {
    const { event, id } = stored;
    if (event.type !== "PayoutAccountLinked") continue;
    if (event.data.private.accountId !== current?.accountId || current.method !== method) continue;
    const account = await openField(vault, { id, event }, "destination");
    const holder = await openField(vault, { id, event }, "holder");
    if (account !== undefined) return { account, holder: holder ?? (await legalNameOf()) };
  }
  throw new Error(`Operator ${operatorId} has no account by ${method} that can be read.`);

  async function legalNameOf(): Promise<string> {
    let name = "";
    for (const { event, id } of events) {
      if (event.type !== "PayeeDetailsGiven") continue;
      name = (await openField(vault, { id, event }, "legalName")) ?? name;
    }
    return name;
  }
}
