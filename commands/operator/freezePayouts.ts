import { DomainError } from "../../domain/errors.js";
import { operatorDecider } from "../../domain/operator/decider.js";
import { readPayoutLink } from "../../platform/keys/payoutLinks.js";
import { type CommandContext, contextOf, type Origin } from "../context.js";
import { handle, type Ledger } from "../handle.js";

export type Frozen =
  | { readonly outcome: "frozen"; readonly position: bigint | undefined }
  /** Too old, or it froze them before and a maintainer has looked since. */
  | { readonly outcome: "bad-link" };

/** What the link in a warning does: nothing is paid until a maintainer has looked. */
export async function freezeByLink(
  ledger: Ledger,
  token: string,
  origin: Pick<Origin, "at" | "correlationId">,
): Promise<Frozen> {
  const link = readPayoutLink(ledger.vault, "freeze", token, origin.at);
  if (link === undefined) return { outcome: "bad-link" };
  const { operatorId, subjectId: linkId } = link;
  const command = { type: "FreezePayouts" as const, operatorId, at: origin.at, linkId };
  const context = contextOf({ ...origin, actor: `user:${operatorId}` });
  try {
    const { position } = await handle(ledger, operatorDecider, command, context);
    return { outcome: "frozen", position };
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== "FREEZE_LINK_USED") throw error;
    return { outcome: "bad-link" };
  }
}

/** The same for whoever is signed in: stopping needs no more proof than that. */
export async function freezeOwnPayouts(
  ledger: Ledger,
  operatorId: string,
  context: CommandContext,
): Promise<bigint | undefined> {
  const command = { type: "FreezePayouts" as const, operatorId, at: context.at };
  return (await handle(ledger, operatorDecider, command, context)).position;
}
