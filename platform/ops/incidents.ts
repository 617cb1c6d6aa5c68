import type { Instant } from "../../domain/time.js";
import type { OpsDb } from "./tables.js";

export interface Incident {
  readonly part: string;
  readonly problem: string;
  readonly since: Instant;
  /** Null while it may pass by itself. */
  readonly toldAt: Instant | null;
}

/** What is not as it should be, one for each part at most. */
export async function listIncidents(db: OpsDb): Promise<Incident[]> {
  const rows = await db.selectFrom("incident").selectAll().orderBy("since").execute();
  return rows.map(({ told_at: toldAt, ...row }) => ({ ...row, toldAt }));
}

/** One that is known stays as it was noted first. */
export async function noteIncident(
  db: OpsDb,
  incident: Pick<Incident, "part" | "problem" | "since">,
): Promise<void> {
  const row = { ...incident, told_at: null };
  await db.insertInto("incident").ignore().values(row).execute();
}

type Named = Pick<Incident, "part" | "since">;

export async function markIncidentTold(
  db: OpsDb,
  { part, since }: Named,
  at: Instant,
): Promise<void> {
  const query = db.updateTable("incident").set({ told_at: at }).where("part", "=", part);
  await query.where("since", "=", since).execute();
}

/** Another of this part, which somebody else noted meanwhile, stays. */
export async function endIncident(db: OpsDb, { part, since }: Named): Promise<void> {
  await db.deleteFrom("incident").where("part", "=", part).where("since", "=", since).execute();
}
