import type { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import type { ByteRange } from "../../../domain/byteRange.js";
import { audioFileOf, type GenerationCompleted } from "../../../domain/generation/events.js";
import type { Blobs } from "../../../platform/blobs.js";
import { noteDelivered } from "../../../platform/redis/audioHolders.js";
import type { AppDependencies } from "../../dependencies.js";
import { ApiError } from "../../errorCodes.js";
import { onClosed } from "../../hangUp.js";

/** Older software named files by their lease. They are kept for an hour like all others. */
const namesOf = ({ data }: GenerationCompleted) => {
  const { sha256, leaseId } = data.private;
  return { name: audioFileOf(sha256), olderName: `${leaseId}.wav` };
};

export async function hasAudio(blobs: Blobs, completed: GenerationCompleted): Promise<boolean> {
  const { name, olderName } = namesOf(completed);
  return (await blobs.has(name)) || (await blobs.has(olderName));
}

/** @throws ApiError AUDIO_EXPIRED */
export async function openAudio(
  blobs: Blobs,
  completed: GenerationCompleted,
  range?: ByteRange,
): Promise<Readable> {
  const { name, olderName } = namesOf(completed);
  const audio = (await blobs.open(name, range)) ?? (await blobs.open(olderName, range));
  if (audio !== undefined) return audio;
  throw new ApiError("AUDIO_EXPIRED", "Audio is kept for one hour, and this one is gone.");
}

/** Once its last byte is out, the file may give way to others. */
export function noteWhenDelivered(
  { redis, log }: Pick<AppDependencies, "redis" | "log">,
  reply: FastifyReply,
  completed: GenerationCompleted,
): void {
  const { generationId } = completed.data.private;
  onClosed(reply, () => {
    const { writableFinished, statusCode } = reply.raw;
    // HEAD sends nothing.
    const isSent = writableFinished && statusCode < 300 && reply.request.method !== "HEAD";
    if (!isSent) return;
    const noting = noteDelivered(redis, namesOf(completed).name);
    noting.catch((err: unknown) => log.warn({ err, generationId }, "a delivery was not noted"));
  });
}
