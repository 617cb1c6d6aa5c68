import { handle } from "../../commands/handle.js";
import { operatorDecider } from "../../domain/operator/decider.js";
import type { PayoutMethod } from "../../domain/operator/payoutMethods.js";
import { proofsOf } from "../../domain/operator/payoutMethods.js";
import { newId } from "../../platform/ids.js";
import { close, give, shareOut, trustedNode, work } from "./sharing.js";
import { contextAt, type World } from "./world.js";

/** Operators who are owed something by a month that was shared out, with an account each that may be paid. */

export const linkedAt = "2026-11-25T12:00:00.000Z";
/** Long enough after the month was shared out. */
export const payAt = "2026-12-20T09:00:00.000Z";

export async function linkAccount(
  { ledger }: World,
  operatorId: string,
  method: PayoutMethod,
  account: string,
  at = linkedAt,
): Promise<void> {
  const secret = (text: string) => ({ personId: operatorId, purpose: "payee" as const, text });
  const accountId = newId();
  const about = { operatorId, at };
  const run = (command: Parameters<typeof operatorDecider.decide>[0]) =>
    handle(ledger, operatorDecider, command, contextAt(at));
  await run({
    ...{ type: "LinkPayoutAccount", ...about, accountId, method, country: "DE" },
    destination: secret(account),
  });
  const payee = { payeeId: newId(), isOthers: false };
  for (const proof of proofsOf(method)) {
    await run({ type: "VerifyPayoutAccount", ...about, accountId, proof, payee });
  }
  await run({
    ...{ type: "GivePayeeDetails", ...about, legalName: secret(`=Ana ${operatorId.slice(-2)}`) },
    ...{ country: secret("DE"), standing: secret("private") },
  });
}

/** Each operator with so many nodes, which worked alike in November. */
export async function earnings(
  world: World,
  operators: readonly (readonly [operatorId: string, nodeIds: readonly string[]])[],
  amount = "100.00",
): Promise<void> {
  for (const [operatorId, nodeIds] of operators) {
    for (const nodeId of nodeIds) await trustedNode(world, nodeId, operatorId);
  }
  await give(world, amount);
  for (const [, nodeIds] of operators) {
    for (const nodeId of nodeIds) await work(world, nodeId, newId());
  }
  await close(world, "2026-11");
  await shareOut(world);
}
