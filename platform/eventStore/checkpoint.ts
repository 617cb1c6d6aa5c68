import type { EventStore, RecordedEvent } from "./eventStore.js";

/** How far somebody has come in a ledger, checked against the event that lies there. */
export interface Checkpoint {
  readonly ledgerId: string;
  readonly position: bigint;
  /** Null where it was saved before checkpoints named their event. */
  readonly eventId: string | null;
}

export const checkpointAt = (
  ledgerId: string,
  { position, id }: Pick<RecordedEvent, "position" | "id">,
): Checkpoint => ({ ledgerId, position, eventId: id });

/**
 * A restored or copied log holds other events at its positions, and another ledger has other
 * events: whoever went on from such a checkpoint would pass over events, or mix two histories.
 */
export async function isForeign(
  store: EventStore,
  ledgerId: string,
  checkpoint: Checkpoint,
): Promise<boolean> {
  if (checkpoint.ledgerId !== ledgerId) return true;
  const there = await store.readAt(checkpoint.position);
  if (there?.position !== checkpoint.position) return true;
  return checkpoint.eventId !== null && checkpoint.eventId !== there.id;
}
