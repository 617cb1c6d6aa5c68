import { operatorDecider } from "../../domain/operator/decider.js";
import type { CommandContext } from "../context.js";
import { handle, type Ledger } from "../handle.js";

/** Also of the one that waits. Undefined where there is none. */
export async function removePayoutAccount(
  ledger: Ledger,
  operatorId: string,
  context: CommandContext,
): Promise<bigint | undefined> {
  const command = { type: "RemovePayoutAccount" as const, operatorId, at: context.at };
  return (await handle(ledger, operatorDecider, command, context)).position;
}
