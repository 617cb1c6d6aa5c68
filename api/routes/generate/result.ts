import { expireGeneration } from "../../../commands/generation/expire.js";
import type { Requested } from "../../../commands/generation/request.js";
import type { GenerationEnded, GenerationRequested } from "../../../domain/generation/events.js";
import { uploadCheckMs } from "../../../domain/limits.js";
import { type Instant, plusMs } from "../../../domain/time.js";
import { hasArrival } from "../../../platform/redis/arrivals.js";
import type { AppDependencies } from "../../dependencies.js";
import { ApiError } from "../../errorCodes.js";
import { linksOf } from "./links.js";
import type { Result } from "./sendAudio.js";
import { endOf, type Wait, type Waited } from "./waitForEnd.js";

/** Waits for the end, two minutes and a check at most; undefined when nobody listens any more. */
export async function resultOf(
  deps: AppDependencies,
  { state, used }: Requested,
  wait: Wait,
): Promise<Result | undefined> {
  const { request } = state;
  const { generationId, expiresAt } = request.data.private;
  const waited = endOf(state) ?? (await waitFor(deps, generationId, wait, expiresAt));
  if (waited === "hung-up") return undefined;
  if (waited === "closing") throw goingDown(generationId);
  const end = waited === "time-is-up" ? await giveUp(deps, request) : waited;
  return { request, end, used };
}

/** An upload that has arrived in time gets the time of its check. */
async function waitFor(
  { redis, clock }: AppDependencies,
  generationId: string,
  wait: Wait,
  expiresAt: Instant,
): Promise<Waited> {
  const waited = await wait.until(expiresAt, clock.now());
  if (waited !== "time-is-up" || !(await hasArrival(redis, { generationId }))) return waited;
  return wait.until(plusMs(expiresAt, uploadCheckMs), clock.now());
}

/** What is said to have cost nothing is recorded first; when audio was faster, that is the answer. */
async function giveUp(
  { ledger, clock }: AppDependencies,
  { data }: GenerationRequested,
): Promise<GenerationEnded | undefined> {
  const { generationId, userId, expiresAt } = data.private;
  // A timer may go off a little early.
  const isEarly = clock.now() < expiresAt;
  const at = isEarly ? expiresAt : clock.now();
  return endOf(await expireGeneration(ledger, generationId, { actor: `user:${userId}`, at }));
}

const goingDown = (generationId: string): ApiError =>
  new ApiError(
    "UNAVAILABLE",
    `The server restarts. Send the same again and get this loop, or ask for ${linksOf(generationId).audio_url}.`,
    { retryAfterSeconds: 5 },
  );
