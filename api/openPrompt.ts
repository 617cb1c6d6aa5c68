import type { StoredEvent } from "../platform/eventStore/eventStore.js";
import type { Vault } from "../platform/vault/vault.js";

export interface OpenedPrompt {
  readonly prompt: string;
  /** Key of the prompt commitment in the certificate. */
  readonly commitmentSecret: string;
}

/**
 * What is sealed in a generation's request; undefined when its key is destroyed or nothing was
 * requested.
 */
export async function readPrompt(
  vault: Vault,
  events: readonly StoredEvent[],
): Promise<OpenedPrompt | undefined> {
  for (const { id, event } of events) {
    if (event.type !== "GenerationRequested") continue;
    const { prompt, commitmentSecret } = event.data.sealed;
    const place = { eventId: id, eventType: event.type };
    const opened = await vault.open(prompt, { ...place, field: "prompt" });
    const secret = await vault.open(commitmentSecret, { ...place, field: "commitmentSecret" });
    if (opened.status === "erased" || secret.status === "erased") return undefined;
    return { prompt: opened.text, commitmentSecret: secret.text };
  }
  return undefined;
}
