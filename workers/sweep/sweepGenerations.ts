import { endLease } from "../../commands/generation/endLease.js";
import { expireGeneration } from "../../commands/generation/expire.js";
import { type Ledger, load } from "../../commands/handle.js";
import { generationDecider } from "../../domain/generation/decider.js";
import { leaseMs, minute, sweepIntervalMs, uploadCheckMs } from "../../domain/limits.js";
import { type Instant, plusMs } from "../../domain/time.js";
import { hasArrival } from "../../platform/redis/arrivals.js";
import { findHearing } from "../../platform/redis/hearing.js";
import { type LiveLease, listLeases, noteLease, removeLease } from "../../platform/redis/leases.js";
import { type GenerationRow, listOpen } from "../../projections/generations/queries.js";
import type { ReadDb } from "../../projections/readTables.js";
import { type Dispatch, dispatchTo } from "../dispatch/dispatchTo.js";
import type { SweepEach } from "../sweepEach.js";

export interface SweepDependencies extends Dispatch {
  readonly ledger: Ledger;
  readonly readDb: ReadDb;
  readonly sweepEach: SweepEach;
}

const generationsMax = 1000;

/** What one look at all of them goes by. */
interface Round {
  readonly now: Instant;
  /** Undefined while nodes can't be heard. */
  readonly heardSince: Instant | undefined;
  readonly leases: ReadonlyMap<string, LiveLease>;
}

/** Keeps open generations moving: nothing here decides by a read model, it only finds candidates. */
export class GenerationSweep {
  readonly #deps: SweepDependencies;

  constructor(deps: SweepDependencies) {
    this.#deps = deps;
  }

  async run(): Promise<void> {
    const now = this.#deps.clock.now();
    const heardSince = await findHearing(this.#deps.redis, now);
    const leases = new Map(
      (await listLeases(this.#deps.redis)).map((each) => [each.leaseId, each]),
    );
    await this.#deps.sweepEach({
      name: "sweep generations",
      rows: await listOpen(this.#deps.readDb, generationsMax),
      keyOf: (row) => row.generation_id,
      work: (row) => this.#sweep(row, { now, heardSince, leases }),
    });
    await this.#removeOld(leases, now);
  }

  async #sweep(row: GenerationRow, { now, heardSince, leases }: Round): Promise<void> {
    const { generation_id: generationId, lease_id: leaseId } = row;
    if (row.expires_at <= now) return this.#expire(row, now);
    if (leaseId === null) return this.#lineUp(row, now);
    const lease = leases.get(leaseId);
    // Redis lost it: the node has its time to renew.
    if (lease === undefined) return this.#renew(generationId, leaseId, now);
    // Nobody can renew a lease, or hand in, while nobody is heard.
    if (heardSince === undefined) return;
    const hadTime = plusMs(heardSince, leaseMs) <= now;
    const isOver = lease.aliveUntil <= now || lease.deadlineAt <= now;
    if (!hadTime || !isOver) return;
    if (await hasArrival(this.#deps.redis, { generationId, leaseId })) return;
    await this.#endLease(generationId, leaseId, now);
  }

  /** A net: the waiting call gives its request up itself, and waits for a check as long. */
  async #expire(row: GenerationRow, at: Instant): Promise<void> {
    const { ledger, redis } = this.#deps;
    const { generation_id: generationId, expires_at: expiresAt } = row;
    const isInCheck =
      at < plusMs(expiresAt, uploadCheckMs) && (await hasArrival(redis, { generationId }));
    if (!isInCheck) await expireGeneration(ledger, generationId, { actor: "scheduler", at });
  }

  /** Redis may have been emptied; joining a line one stands in already changes nothing. */
  async #lineUp(
    { queue, requested_at: requestedAt, generation_id: generationId }: GenerationRow,
    now: Instant,
  ): Promise<void> {
    if (plusMs(requestedAt, sweepIntervalMs) > now) return;
    await dispatchTo(this.#deps, { queue, generationId, requestedAt, failedBy: [] });
  }

  async #renew(generationId: string, leaseId: string, now: Instant): Promise<void> {
    const { state } = await load(this.#deps.ledger.store, generationDecider, { generationId });
    if (state.status !== "open" || state.current?.leaseId !== leaseId) return;
    const { nodeId, deadlineAt } = state.current;
    await noteLease(this.#deps.redis, { leaseId, generationId, nodeId, deadlineAt }, now);
  }

  async #endLease(generationId: string, leaseId: string, at: Instant): Promise<void> {
    const expired = { generationId, leaseId, reason: "expired" as const };
    await endLease(this.#deps, expired, { actor: "scheduler", at });
  }

  /** Leases of what ended in another way. */
  async #removeOld(leases: ReadonlyMap<string, LiveLease>, now: Instant): Promise<void> {
    await this.#deps.sweepEach({
      name: "remove old leases",
      rows: leases.values(),
      keyOf: ({ leaseId }) => leaseId,
      work: async (lease) => {
        if (plusMs(lease.aliveUntil, leaseRecordKeptMs) >= now) return;
        await removeLease(this.#deps.redis, lease);
      },
    });
  }
}

/** Long enough that a late upload still finds its lease without asking the read model. */
const leaseRecordKeptMs = 10 * minute;
