import { generationDecider } from "../../domain/generation/decider.js";
import type { GenerationEnded } from "../../domain/generation/events.js";
import { firstOf } from "../../platform/eventStore/firstOf.js";
import { openField } from "../../platform/vault/openField.js";
import type { Vault } from "../../platform/vault/vault.js";
import { type KnownEvent, type Ledger, loadKnown } from "../handle.js";

/** What the node understood of the prompt: undefined where it is not said, or may not be read any more. */
export async function openUnderstood(
  ledger: Ledger,
  { type, data }: GenerationEnded,
): Promise<string | undefined> {
  if (type !== "GenerationCompleted" || data.sealed.understood === undefined) return undefined;
  const { generationId } = data.private;
  const isEnough = ({ status }: { readonly status: string }) => status === "closed";
  const { events } = await loadKnown(ledger, generationDecider, { generationId }, isEnough);
  return understoodIn(ledger.vault, events);
}

/** The same of a generation's events. */
export async function understoodIn(
  vault: Vault,
  events: readonly KnownEvent[],
): Promise<string | undefined> {
  const completed = firstOf(events, "GenerationCompleted");
  return completed && openField(vault, completed, "understood");
}
