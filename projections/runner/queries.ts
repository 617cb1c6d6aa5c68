import { openingPosition } from "../entries/projection.js";
import type { Projected, Projection, ReadGroup } from "../projection.js";
import type { ReadDb } from "../readTables.js";
import { projections } from "../registry.js";
import { least, type Place } from "./place.js";

export type { Projected, ReadGroup };

/** How far a group of read models is: as far as the last of them. */
export interface GroupProgress {
  readonly position: bigint;
  /**
   * Positions of the log between it and the newest event; below 0 where it is beyond the end of the
   * log, which was restored to an earlier time.
   */
  readonly behind: number;
  /** Names of those that go no further: they count money, and met an event that they can't take. */
  readonly stopped: readonly string[];
}

/** Those that stop at an event that they can't take: each is then parked once. */
const aboutMoney = projections.filter((each) => each.aboutMoney).map(({ name }) => name);

/** `findNewest` is asked after the checkpoints, which may go on meanwhile. */
export async function findProgress(
  db: ReadDb,
  findNewest: () => Promise<bigint | undefined>,
): Promise<Record<ReadGroup, GroupProgress>> {
  const checkpoints = await db.selectFrom("read_checkpoint").selectAll().execute();
  const newest = (await findNewest()) ?? 0n;
  const parked = await db
    .selectFrom("read_parked")
    .select("projection")
    .where("projection", "in", aboutMoney)
    .execute();
  const placeOf = ({ name, version }: Projection): Place => {
    const row = checkpoints.find((each) => each.projection === name && each.version === version);
    return row?.position == null ? "start" : BigInt(row.position);
  };
  const progressOf = (group: ReadGroup): GroupProgress => {
    const models = projections.filter((each) => each.group === group);
    const place = least(models.map(placeOf));
    const position = place === "start" ? 0n : place;
    const stopped = models.filter(({ name }) => parked.some((row) => row.projection === name));
    const behind = Number(newest - position);
    return { position, behind, stopped: stopped.map(({ name }) => name) };
  };
  return {
    accounts: progressOf("accounts"),
    generations: progressOf("generations"),
    money: progressOf("money"),
  };
}

/** Up to where what is said of money holds. */
export interface AsOf {
  /** What the public calls the newest entry by that all figures include; null before the first. */
  readonly entry: string | null;
  readonly day: string | null;
  /** False while a read model of money is stopped: later entries are not in every figure. */
  readonly complete: boolean;
}

/** Of all that was booked, or of what was up to a place such as the end of a month. */
export async function findAsOf(db: ReadDb, to: bigint | null = null): Promise<AsOf> {
  const { position, stopped } = (await findProgress(db, async () => undefined)).money;
  const complete = to === null ? stopped.length === 0 : position >= to;
  const newest = await db
    .selectFrom("read_entry")
    .select(["entry_id", "day"])
    .where("position", "<=", String(to !== null && to < position ? to : position))
    .where("position", ">", String(openingPosition))
    .orderBy("position", "desc")
    .limit(1)
    .executeTakeFirst();
  return {
    entry: newest?.entry_id ?? null,
    day: newest?.day ?? null,
    complete,
  };
}
