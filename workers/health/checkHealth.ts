import { statfs } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { load } from "../../commands/handle.js";
import { booksDecider } from "../../domain/books/decider.js";
import { backupAgeMsMax, diskFreeBytesMin, readModelsBehindMax } from "../../domain/limits.js";
import { epochMs, type Instant } from "../../domain/time.js";
import type { EventStore } from "../../platform/eventStore/eventStore.js";
import { hasLeader } from "../../platform/mysql/leader.js";
import { findLastBackup } from "../../platform/ops/lastBackup.js";
import type { OpsDb } from "../../platform/ops/tables.js";
import { type Checks, listFaults } from "../../platform/process/checks.js";
import type { Clock } from "../../platform/process/clock.js";
import { serverChecks } from "../../platform/process/serverChecks.js";
import type { RedisClient } from "../../platform/redis/connection.js";
import { findHearing } from "../../platform/redis/hearing.js";
import { isOnline, listKnownNodes } from "../../platform/redis/nodes.js";
import type { ReadDb } from "../../projections/readTables.js";
import { findProgress } from "../../projections/runner/queries.js";
import { listWaiting } from "../waiting/waitingItems.js";

export interface Watching {
  readonly store: EventStore;
  readonly readDb: ReadDb;
  readonly opsDb: OpsDb;
  readonly redis: RedisClient;
  readonly databaseUrl: string;
  readonly blobUrl: string;
  readonly clock: Clock;
}

/** What is not as it should be, by part; and what is worth knowing besides. */
export interface Health {
  readonly problems: Readonly<Record<string, string>>;
  readonly figures: Readonly<Record<string, string | number | null>>;
}

/** Looks at every part. One that can't be asked is a problem of its own, and hides no other. */
export async function checkHealth(watching: Watching): Promise<Health> {
  const figures: Record<string, string | number | null> = {};
  const problems = await listFaults({
    ...serverChecks({ ...watching, db: watching.opsDb }),
    ...checksOf(watching, figures),
  });
  return { problems, figures };
}

function checksOf(watching: Watching, figures: Record<string, string | number | null>): Checks {
  const { databaseUrl, opsDb } = watching;
  const leads = (role: string) => async () => {
    if (!(await hasLeader(opsDb, databaseUrl, role))) throw new Error("No process is active.");
  };
  return {
    api: () => checkApi(watching),
    projector: leads("projector"),
    workers: leads("workers"),
    scheduler: leads("scheduler"),
    "read models": () => checkReadModels(watching, figures),
    disk: () => checkDisk(watching, figures),
    nodes: () => checkNodes(watching, figures),
    backup: () => checkBackup(watching, figures),
    waiting: () => countWaiting(watching, figures),
  };
}

type Figures = Record<string, string | number | null>;

async function checkApi({ redis, clock }: Watching): Promise<void> {
  if ((await findHearing(redis, clock.now())) === undefined)
    throw new Error("It can't be reached.");
}

async function checkReadModels({ readDb, store }: Watching, figures: Figures): Promise<void> {
  const progress = await findProgress(readDb, () => store.lastPosition());
  for (const [group, { behind }] of Object.entries(progress)) figures[`${group} behind`] = behind;
  const stopped = Object.values(progress).flatMap((group) => group.stopped);
  if (stopped.length > 0) throw new Error(`Stopped: ${stopped.join(", ")}.`);
  const late = Object.entries(progress).filter(([, { behind }]) => behind > readModelsBehindMax);
  if (late.length > 0) throw new Error(`Far behind: ${late.map(([name]) => name).join(", ")}.`);
}

async function checkDisk({ blobUrl }: Watching, figures: Figures): Promise<void> {
  const { bavail, bsize } = await statfs(fileURLToPath(blobUrl));
  const free = bavail * bsize;
  figures["disk free bytes"] = free;
  if (free < diskFreeBytesMin) throw new Error("The disk is nearly full.");
}

/** Nodes come and go; that the last of them is gone is what somebody has to know. */
async function checkNodes({ redis, clock }: Watching, figures: Figures): Promise<void> {
  const now = clock.now();
  const known = await listKnownNodes(redis);
  const online = known.filter((node) => isOnline(node, now)).length;
  figures["nodes online"] = online;
  figures["nodes silent"] = known.length - online;
  if (known.length > 0 && online === 0) throw new Error("No node is online.");
}

/** A ledger that was never backed up has as long as others have between two backups. */
async function checkBackup({ store, opsDb, clock }: Watching, figures: Figures): Promise<void> {
  const last = await findLastBackup(opsDb);
  figures["last backup"] = last ?? null;
  const since = last ?? (await openedAt(store));
  if (since === undefined || epochMs(clock.now()) - epochMs(since) <= backupAgeMsMax) return;
  throw new Error(last === undefined ? "There is none." : "The last one is too old.");
}

async function openedAt(store: EventStore): Promise<Instant | undefined> {
  const { events } = await load(store, booksDecider, {});
  const opened = events.find(({ event }) => event.type === "LedgerOpened");
  return opened?.event.data.private.at;
}

/** Each of these is told by itself; here they are only counted. */
async function countWaiting({ readDb, clock }: Watching, figures: Figures): Promise<void> {
  const now = clock.now();
  figures["waiting for a maintainer"] = (await listWaiting(readDb, { before: now, now })).length;
}
