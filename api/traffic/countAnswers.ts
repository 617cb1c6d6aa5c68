import { ReadStream } from "node:fs";
import { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import type { AppDependencies } from "../dependencies.js";
import { onClosed } from "../hangUp.js";
import { uncountedBytesMax } from "./readBody.js";

/**
 * Counts each large answer until its response is closed: whoever asks and does not read makes this
 * process hold what it has to say. @throws ApiError BUSY
 */
export function countAnswers(
  app: FastifyInstance,
  { traffic, blockHash }: Pick<AppDependencies, "traffic" | "blockHash">,
): void {
  app.addHook("onSend", (request, reply, payload, done) => {
    const bytes = bytesHeld(payload);
    try {
      if (bytes > uncountedBytesMax) {
        onClosed(reply, traffic.answers.hold(blockHash(request.ip), bytes));
      }
    } catch (error) {
      if (payload instanceof Readable) payload.destroy();
      return done(error instanceof Error ? error : new Error(String(error)));
    }
    return done(null, payload);
  });
}

/** Of a file on its way: one piece that is read ahead, and one that waits to be written. */
function bytesHeld(payload: unknown): number {
  if (typeof payload === "string") return Buffer.byteLength(payload);
  if (payload instanceof Uint8Array) return payload.byteLength;
  return payload instanceof ReadStream ? 2 * payload.readableHighWaterMark : 0;
}
