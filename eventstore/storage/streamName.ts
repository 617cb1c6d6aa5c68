import { streamNameBytesMax } from "../limits.js";

const metastreamPrefix = "$$";

/**
 * A stream and its metadata stream `$$<stream>` are the two tracks of one stored stream: they share
 * an id and a head, so that one lookup tells all that an append or a read has to know.
 */
export interface StreamAddress {
  readonly base: string;
  readonly track: Track;
}
export type Track = "events" | "metadata";

export function addressOf(streamName: string): StreamAddress {
  return streamName.startsWith(metastreamPrefix)
    ? { base: streamName.slice(metastreamPrefix.length), track: "metadata" }
    : { base: streamName, track: "events" };
}

export const metastreamOf = (streamName: string): string => `${metastreamPrefix}${streamName}`;

/** What is wrong with a name, or undefined if a stream can have it. */
export function streamNameProblem(streamName: string): string | undefined {
  const { base } = addressOf(streamName);
  // "$$$$" would be the metadata of "$$", which is the metadata of nothing.
  if (addressOf(base).base === "") return `"${streamName}" is not a valid stream name.`;
  if (Buffer.byteLength(base) <= streamNameBytesMax) return undefined;
  return `A stream name may have at most ${streamNameBytesMax} bytes in UTF-8.`;
}
