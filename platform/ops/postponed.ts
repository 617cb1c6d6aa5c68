import type { OpsDb } from "./tables.js";

/** What a process manager could not do about an event yet, while it goes on with the others. */
export interface PostponedReaction {
  readonly manager: string;
  readonly eventId: string;
  /** Where the event lies in the log. */
  readonly position: bigint;
}

export async function postponeReaction(
  db: OpsDb,
  { manager, eventId, position }: PostponedReaction,
): Promise<void> {
  const row = { manager, event_id: eventId, position: String(position) };
  await db.insertInto("postponed_reaction").ignore().values(row).execute();
}

/** In the order of their events. */
export async function listPostponed(db: OpsDb, limit: number): Promise<PostponedReaction[]> {
  const query = db.selectFrom("postponed_reaction").selectAll().orderBy("position");
  const rows = await query.limit(limit).execute();
  return rows.map(({ manager, event_id, position }) => ({
    manager,
    eventId: event_id,
    position: BigInt(position),
  }));
}

export async function removePostponed(
  db: OpsDb,
  { manager, eventId }: PostponedReaction,
): Promise<void> {
  const query = db.deleteFrom("postponed_reaction").where("manager", "=", manager);
  await query.where("event_id", "=", eventId).execute();
}
