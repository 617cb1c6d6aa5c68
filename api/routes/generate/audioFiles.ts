import type { Readable } from "node:stream";
import type { ByteRange } from "../../../domain/byteRange.js";
import { audioFileOf, type GenerationCompleted } from "../../../domain/generation/events.js";
import type { Blobs } from "../../../platform/blobs.js";
import { ApiError } from "../../errorCodes.js";

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
