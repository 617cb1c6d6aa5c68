import { randomBytes } from "node:crypto";
import { jsonEvent } from "@eventstore/db-client";
import pLimit from "p-limit";
import { generationStream } from "../../domain/generation/events.js";
import type { LedgerEvent } from "../../domain/ledger.js";
import type { Draft } from "../../domain/message.js";
import { quotaStream } from "../../domain/quota/events.js";
import { createEventStore, type EventStore } from "../../platform/eventStore/eventStore.js";
import { readLedgerId } from "../../platform/eventStore/ledgerId.js";
import { newId } from "../../platform/ids.js";
import { makeDatabases, openDatabase } from "../../platform/mysql/database.js";
import { createLog } from "../../platform/process/log.js";
import type { ReadTables } from "../../projections/readTables.js";
import { projections } from "../../projections/registry.js";
import { runProjector } from "../../projections/runner/projector.js";
import { createReadTables } from "../../projections/runner/tables.js";
import { stored } from "../support/deciderSpec.js";
import * as g from "../support/generations.js";
import type { BenchProduct } from "./runningProduct.js";

const generations = 6000;
const appendsAtOnce = 256;

export interface ProjectionSpeed {
  readonly events: number;
  /** All read models together, from an empty database to the end of the log. */
  readonly eventsPerSecond: number;
}

/** Writes some thousand generations, then projects the whole log into a database of its own. */
export async function measureProjection({ installation }: BenchProduct): Promise<ProjectionSpeed> {
  const { eventStoreUrl, databaseUrl } = installation.config;
  const store = createEventStore(eventStoreUrl);
  const url = new URL(databaseUrl);
  url.pathname = `${url.pathname}_bench`;
  await makeDatabases(url.href);
  const db = openDatabase<ReadTables>(url.href, "read");
  try {
    await pLimit(appendsAtOnce).map(Array.from({ length: generations }), () => append(store));
    await createReadTables(db);
    const target = (await store.lastPosition()) ?? 0n;
    const startedAt = performance.now();
    await project({ db, store, ledgerId: await readLedgerId(store) }, target);
    const seconds = (performance.now() - startedAt) / 1000;
    const { count } = await db
      .selectFrom("read_checkpoint")
      .select("count")
      .executeTakeFirstOrThrow();
    return { events: Number(count), eventsPerSecond: Number(count) / seconds };
  } finally {
    await Promise.all([store.close(), db.destroy()]);
  }
}

async function project(
  about: Pick<Parameters<typeof runProjector>[0], "db" | "store" | "ledgerId">,
  target: bigint,
): Promise<void> {
  const done = new AbortController();
  await runProjector({
    ...about,
    log: createLog({ name: "bench", level: "warn" }),
    projections,
    signal: done.signal,
    onProjected: ({ accounts = -1n }) => {
      if (accounts >= target) done.abort();
    },
  });
}

/** What one generation leaves in the ledger: seven events on two streams. */
async function append({ client }: EventStore): Promise<void> {
  const generationId = newId();
  const leaseId = newId();
  const of = (draft: Draft<LedgerEvent>) => {
    const { type, data } = stored(draft);
    const salt = randomBytes(32).toString("base64url");
    const ids = { generationId, ...("leaseId" in data.private && { leaseId }) };
    return jsonEvent({ type, data: { ...data, salt, private: { ...data.private, ...ids } } });
  };
  const quota = (type: "QuotaReserved" | "QuotaSpent") =>
    of({
      type,
      public: {},
      private: { userId: g.userId, day: g.quotaDay, generationId, at: g.requestedAt },
      sealed: {},
    });
  const stream = generationStream(generationId);
  const quotaOf = quotaStream(newId(), g.quotaDay);
  await client.appendToStream(quotaOf, [quota("QuotaReserved")]);
  await client.appendToStream(stream, [of(g.requested()), of(g.leased(1))]);
  await client.appendToStream(stream, [of(g.completed(1)), of(g.contribution(1))]);
  await client.appendToStream(quotaOf, [quota("QuotaSpent")]);
}
