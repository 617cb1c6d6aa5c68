import type { FastifyReply } from "fastify";
import {
  findEarlier,
  type GenerationOrder,
  type Requested,
} from "../../../commands/generation/request.js";
import {
  claimLoop,
  forgetLoop,
  holdAgainMs,
  holdLoop,
  type Undelivered,
} from "../../../platform/redis/undelivered.js";
import type { AppDependencies } from "../../dependencies.js";
import { onClosed } from "../../hangUp.js";
import { hasAudio } from "./audioFiles.js";

type Order = Pick<GenerationOrder, "userId" | "bodyHash">;

/**
 * A loop that the same account asked for by the same body, and whose call ended without it: because
 * the caller hung up, or because the server went down.
 */
export async function findUndelivered(
  deps: AppDependencies,
  order: Order,
): Promise<string | undefined> {
  for (;;) {
    const generationId =
      deps.endedCalls.take(order) ?? (await claimLoop(deps.redis, order, deps.clock.now()));
    if (generationId === undefined) return undefined;
    const loop = { ...order, generationId };
    if (await isOfUse(deps, loop)) return generationId;
    await forgetLoop(deps.redis, loop);
  }
}

/** What failed to look leaves the loop to the next call: it is the caller's, and was charged. */
async function isOfUse(deps: AppDependencies, loop: Undelivered): Promise<boolean> {
  try {
    const requested = await findEarlier(deps.ledger.store, loop);
    return requested !== undefined && (await canBeSent(deps, requested));
  } catch (error) {
    await deps.endedCalls.end({ loop, isDelivered: false });
    throw error;
  }
}

/** Still being made, or made and not older than the hour it is kept. */
async function canBeSent({ blobs }: AppDependencies, { state }: Requested): Promise<boolean> {
  if (state.status === "open") return true;
  const { end } = state;
  return end.type === "GenerationCompleted" && (await hasAudio(blobs, end));
}

/**
 * Until the response is out, whatever ends the call leaves the loop to the next. Delivered is what was
 * answered with success and sent to its last byte: a refusal on the way out, or a file that can't be
 * opened, delivers nothing. (Who sent a key gets the same loop by sending the key again.)
 */
export async function beginDelivery(
  { redis, clock, log, endedCalls }: AppDependencies,
  reply: FastifyReply,
  { userId, bodyHash, generationId }: Undelivered,
): Promise<void> {
  const loop = { userId, bodyHash, generationId };
  await holdLoop(redis, loop, clock.now());
  const holdAgain = () =>
    holdLoop(redis, loop, clock.now()).catch((err: unknown) => {
      log.warn({ err, generationId }, "a loop could not be held; its call goes on");
    });
  const again = setInterval(() => void holdAgain(), holdAgainMs);
  onClosed(reply, () => {
    clearInterval(again);
    const { writableFinished, statusCode } = reply.raw;
    const isDelivered = writableFinished && statusCode < 300;
    void endedCalls.end({ loop, isDelivered });
  });
}
