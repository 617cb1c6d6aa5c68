import type { IncomingMessage } from "node:http";
import { ApiError } from "../errorCodes.js";

/** No body is shorter than a connection costs anyway: what is not longer is not counted. */
export const uncountedBytesMax = 16 * 1024;
const roomMin = 4 * 1024;

export interface BodyLimits {
  readonly bytesMax: number;
  /** Counts so many bytes until the body is here. @throws ApiError BUSY */
  readonly hold: (bytes: number) => () => void;
}

/**
 * A body as one piece. It is copied together while it comes: kept as it comes, a body sent byte by
 * byte would take two hundred times its size.
 * @throws ApiError BODY_TOO_LARGE, BUSY, MALFORMED_REQUEST
 */
export async function readBody(
  payload: IncomingMessage,
  { bytesMax, hold }: BodyLimits,
): Promise<Buffer> {
  const length = lengthOf(payload);
  if (length !== undefined && length > bytesMax) throw bodyTooLarge();
  const bytes = length ?? bytesMax;
  const release = bytes > uncountedBytesMax ? hold(bytes) : undefined;
  try {
    const room = new Room(length ?? roomMin, bytesMax);
    await readPieces(payload, (piece) => room.add(piece));
    return room.filled;
  } finally {
    release?.();
  }
}

/** Hands on what comes, until the end. What `onPiece` throws ends it. @throws ApiError MALFORMED_REQUEST */
export function readPieces(
  payload: IncomingMessage,
  onPiece: (piece: Buffer) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error?: unknown): void => {
      payload.off("data", take).off("end", done).off("error", broken).off("close", broken);
      if (error === undefined) resolve();
      else reject(error);
    };
    const take = (piece: Buffer): void => {
      try {
        onPiece(piece);
      } catch (error) {
        done(error);
      }
    };
    const broken = (): void =>
      done(new ApiError("MALFORMED_REQUEST", "The body ended before all of it was here."));
    // Whoever hung up before does not say so again.
    if (payload.destroyed) broken();
    else payload.on("data", take).on("end", done).on("error", broken).on("close", broken);
  });
}

export function lengthOf({ headers }: Pick<IncomingMessage, "headers">): number | undefined {
  const { "content-length": length } = headers;
  return length === undefined ? undefined : Number(length);
}

export const bodyTooLarge = (): ApiError =>
  new ApiError("BODY_TOO_LARGE", "The body is larger than this route takes.");

/** Grows twofold where the length was not told, so that nobody gets room by a promise. */
class Room {
  readonly #bytesMax: number;
  #buffer: Buffer<ArrayBuffer>;
  #bytes = 0;

  constructor(bytes: number, bytesMax: number) {
    this.#bytesMax = bytesMax;
    this.#buffer = Buffer.allocUnsafe(bytes);
  }

  get filled(): Buffer {
    return this.#buffer.subarray(0, this.#bytes);
  }

  add(piece: Buffer): void {
    const bytes = this.#bytes + piece.length;
    if (bytes > this.#bytesMax) throw bodyTooLarge();
    if (bytes > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(
        Math.min(Math.max(bytes, 2 * this.#buffer.length), this.#bytesMax),
      );
      this.#buffer.copy(larger, 0, 0, this.#bytes);
      this.#buffer = larger;
    }
    piece.copy(this.#buffer, this.#bytes);
    this.#bytes = bytes;
  }
}
