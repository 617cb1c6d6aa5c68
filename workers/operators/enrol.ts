import { contextOfReaction } from "../../commands/context.js";
import { claimByToken } from "../../commands/enrolment/enrolNode.js";
import type { Ledger } from "../../commands/handle.js";
import type { EnrolmentTokenUsed } from "../../domain/enrolment/events.js";
import type { StoredEvent } from "../../platform/eventStore/eventStore.js";
import { type ProcessManager, processManager } from "../processManager.js";

/** A token that a node used makes the node its owner's, also where the registration died in between. */
export const enrol = (ledger: Ledger): ProcessManager =>
  processManager({
    name: "enrol",
    coveredBy: { EnrolmentTokenUsed: "sweep enrolments" },
    react: (used) => claimAfter(ledger, used),
  });

export async function claimAfter(
  ledger: Ledger,
  { event, ...cause }: StoredEvent<EnrolmentTokenUsed>,
): Promise<void> {
  const { at, ...used } = event.data.private;
  const context = contextOfReaction(cause, "claim", { actor: "scheduler", at });
  await claimByToken(ledger, used, context);
}
