import type { Stem } from "../../domain/audio/music.js";
import { DomainError } from "../../domain/errors.js";
import { generationDecider } from "../../domain/generation/decider.js";
import { isRequested, type RequestedGeneration } from "../../domain/generation/state.js";
import { generationTimeoutMs } from "../../domain/limits.js";
import { quotaDecider, usedOf } from "../../domain/quota/decider.js";
import { dayOf, plusMs } from "../../domain/time.js";
import type { EventStore } from "../../platform/eventStore/eventStore.js";
import { newToken } from "../../platform/ids.js";
import { type CommandContext, nextContext } from "../context.js";
import { handle, type Ledger, load, newStream } from "../handle.js";
import { promptSecret } from "./promptSecret.js";

export interface GenerationOrder {
  readonly generationId: string;
  readonly userId: string;
  readonly prompt: string;
  /** HMAC over all that was asked; tells a repeated request from another under the same key. */
  readonly bodyHash: string;
  readonly bpm: number;
  readonly key: string | null;
  readonly frames: number;
  readonly sampleRate: number;
  readonly stems: readonly Stem[];
  readonly seed: number;
  readonly model: string | null;
}

export interface Requested {
  readonly state: RequestedGeneration;
  /** Generations of the day that are used, this one included. */
  readonly used: number;
}

/**
 * What an earlier call with the same idempotency key asked for.
 * @throws DomainError IDEMPOTENCY_KEY_REUSED when that was something else
 */
export async function findEarlier(
  store: EventStore,
  { generationId, bodyHash }: Pick<GenerationOrder, "generationId" | "bodyHash">,
): Promise<Requested | undefined> {
  const { state } = await load(store, generationDecider, { generationId });
  return isRequested(state) ? requestedBefore(store, state, bodyHash) : undefined;
}

/**
 * What stands after two calls with one idempotency key at once, for the store takes the second append
 * under one id for a repeated one. Around midnight each has reserved on a day of its own: the
 * reservation that is not named in the request is given back.
 * @throws DomainError IDEMPOTENCY_KEY_REUSED
 */
export async function findStanding(
  ledger: Ledger,
  { generationId, userId, bodyHash }: GenerationOrder,
  context: CommandContext,
): Promise<Requested> {
  const { state } = await load(ledger.store, generationDecider, { generationId });
  if (!isRequested(state)) throw new Error("A generation that was requested is not there.");
  const day = dayOf(context.at);
  if (state.request.data.private.quotaDay !== day) {
    const about = { userId, day, generationId, at: context.at, afterLease: false };
    await handle(
      ledger,
      quotaDecider,
      { type: "ReleaseQuota", ...about },
      nextContext(context, "release"),
    );
  }
  return requestedBefore(ledger.store, state, bodyHash);
}

async function requestedBefore(
  store: EventStore,
  state: RequestedGeneration,
  bodyHash: string,
): Promise<Requested> {
  const { userId, quotaDay: day, bodyHash: asked } = state.request.data.private;
  if (asked !== bodyHash) {
    const message = "This Idempotency-Key was used with another body. Take a new key.";
    throw new DomainError("IDEMPOTENCY_KEY_REUSED", message);
  }
  const quota = await load(store, quotaDecider, { userId, day });
  return { state, used: usedOf(quota.state) };
}

/**
 * Reserves one of the day's generations, then asks for the loop. What happens when this process dies
 * in between is the sweep's: it closes the stream of the generation and gives the reservation back.
 * @throws DomainError DAILY_LIMIT_EXCEEDED, GENERATION_CLOSED; BusyError; PersonErasedError
 */
export async function requestGeneration(
  ledger: Ledger,
  { dailyLimit, ...order }: GenerationOrder & { dailyLimit: number },
  context: CommandContext,
): Promise<Requested> {
  const { at } = context;
  const { userId, generationId, prompt, ...asked } = order;
  const day = dayOf(at);
  const about = { userId, day, generationId, at };
  const reserve = { type: "ReserveQuota" as const, ...about, limit: dailyLimit };
  const quota = await handle(ledger, quotaDecider, reserve, context);

  const request = {
    type: "RequestGeneration" as const,
    ...asked,
    generationId,
    userId,
    at,
    quotaDay: day,
    expiresAt: plusMs(at, generationTimeoutMs),
    prompt: promptSecret(userId, at, prompt),
    commitmentSecret: promptSecret(userId, at, newToken()),
  };
  const from = newStream(generationDecider);
  const { state } = await handle(ledger, generationDecider, request, context, from);
  if (!isRequested(state)) throw new Error("A generation that was requested is not there.");
  return { state, used: usedOf(quota.state) };
}
