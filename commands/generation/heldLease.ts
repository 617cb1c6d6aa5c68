import { DomainError } from "../../domain/errors.js";
import { generationDecider } from "../../domain/generation/decider.js";
import { type GenerationState, isRequested, type Lease } from "../../domain/generation/state.js";
import { leaseMs, uploadLateMs } from "../../domain/limits.js";
import { type Instant, laterOf, plusMs } from "../../domain/time.js";
import type { RedisClient } from "../../platform/redis/connection.js";
import { findGivenLease, type GivenLease } from "../../platform/redis/givenLeases.js";
import { noteLease } from "../../platform/redis/leases.js";
import { type Known, type Ledger, loadKnown } from "../handle.js";

export interface LeaseBooks {
  readonly ledger: Ledger;
  readonly redis: RedisClient;
  /** Every lease ever given, by a read model: Redis knows those of the last hour, and may lose them. */
  readonly findOldLease: (
    leaseId: string,
  ) => Promise<Pick<GivenLease, "nodeId" | "generationId"> | undefined>;
}

export interface LeaseClaim {
  readonly leaseId: string;
  readonly nodeId: string;
}

/** A generation for which this node was once given a lease; `loaded` shows whether it still counts. */
export interface HeldLease extends LeaseClaim {
  readonly generationId: string;
  readonly loaded: Known<GenerationState>;
}

/**
 * As far as this process knows, if it gave the lease: who goes on with it reads the state again.
 * @throws DomainError LEASE_NOT_HELD: also for a job of another node, which is none of its business
 */
export async function loadHeldLease(books: LeaseBooks, claim: LeaseClaim): Promise<HeldLease> {
  const isHeld = (state: GenerationState) => leaseIn(state, claim) !== undefined;
  const held = await findHeldLease(books, claim, isHeld);
  if (held !== undefined) return held;
  throw new DomainError("LEASE_NOT_HELD", "This worker does not hold that job.");
}

async function findHeldLease(
  { ledger, redis, findOldLease }: LeaseBooks,
  claim: LeaseClaim,
  isEnough: (state: GenerationState) => boolean,
): Promise<HeldLease | undefined> {
  const { leaseId, nodeId } = claim;
  const given = (await findGivenLease(redis, leaseId)) ?? (await findOldLease(leaseId));
  if (given?.nodeId !== nodeId) return undefined;
  const { generationId } = given;
  const loaded = await loadKnown(ledger, generationDecider, { generationId }, isEnough);
  return { ...claim, generationId, loaded };
}

/** Renews the lease of a running job. False when the job is not, or is no longer, this node's. */
export async function renewLease(
  books: LeaseBooks,
  { progress, ...claim }: LeaseClaim & { readonly progress: number | undefined },
  at: Instant,
): Promise<boolean> {
  // It may have been cancelled anywhere.
  const held = await findHeldLease(books, claim, () => false);
  if (held === undefined) return false;
  const current = leaseIn(held.loaded.state, held);
  if (current === undefined) return false;
  const { generationId } = held;
  const lease = { ...claim, generationId, deadlineAt: current.deadlineAt };
  await noteLease(books.redis, { ...lease, ...(progress !== undefined && { progress }) }, at);
  return true;
}

const leaseIn = (state: GenerationState, { leaseId }: LeaseClaim): Lease | undefined =>
  state.status === "open" && state.current?.leaseId === leaseId ? state.current : undefined;

/**
 * Until when the audio may be on its way, and whether its lease is in force until then. Late audio counts
 * until the generation expires; after that only what arrived before and is sent again, which is soon here.
 */
export function uploadTimeOf(held: HeldLease, now: Instant): UploadTime {
  const { state } = held.loaded;
  const lease = leaseIn(state, held);
  const liveUntil = lease && plusMs(lease.deadlineAt, leaseMs);
  if (liveUntil !== undefined && now < liveUntil) return { isLate: false, until: liveUntil };
  const expiresAt = isRequested(state) ? state.request.data.private.expiresAt : now;
  return { isLate: true, until: plusMs(laterOf(expiresAt, now), uploadLateMs) };
}

export interface UploadTime {
  readonly isLate: boolean;
  readonly until: Instant;
}
