import { firstOf } from "../../platform/eventStore/firstOf.js";
import { openField } from "../../platform/vault/openField.js";
import type { Vault } from "../../platform/vault/vault.js";
import type { KnownEvent } from "../handle.js";

export interface OpenedPrompt {
  readonly prompt: string;
  /** Key of the prompt commitment in the certificate. */
  readonly commitmentSecret: string;
}

/**
 * What is sealed in a generation's request; undefined when its key is destroyed or nothing was
 * requested.
 */
export async function openPrompt(
  vault: Vault,
  events: readonly KnownEvent[],
): Promise<OpenedPrompt | undefined> {
  const requested = firstOf(events, "GenerationRequested");
  if (requested === undefined) return undefined;
  const prompt = await openField(vault, requested, "prompt");
  const commitmentSecret = await openField(vault, requested, "commitmentSecret");
  if (prompt === undefined || commitmentSecret === undefined) return undefined;
  return { prompt, commitmentSecret };
}
