import { keysDecider, type PublishedKey } from "../../domain/keys/decider.js";
import type { Instant } from "../../domain/time.js";
import { contextOf } from "../context.js";
import { handle, type Ledger } from "../handle.js";

/** Whoever gets a certificate must be able to look up its key, for ever: published before it signs. */
export async function publishSigningKey(
  ledger: Ledger,
  { kid, use, x }: PublishedKey,
  at: Instant,
): Promise<void> {
  const command = { type: "PublishSigningKey" as const, kid, use, x, at };
  await handle(ledger, keysDecider, command, contextOf({ actor: "scheduler", at }));
}
