import type { IncomingMessage } from "node:http";
import { second, uploadPaceGraceMs } from "../../domain/limits.js";

const lookEveryMs = second;

/**
 * Ends a body that would not be here in time. It may begin slowly, and after that has to come as
 * evenly as its length and the time that is left ask for: so room is never held until the deadline
 * by what can't keep it.
 */
export function keepPace(
  request: IncomingMessage,
  { bytes, leftMs }: { readonly bytes: number; readonly leftMs: number },
): void {
  const begunAt = performance.now();
  const bytesBefore = request.socket.bytesRead;
  const timer = setInterval(() => {
    const passedMs = performance.now() - begunAt;
    const bytesDue = (bytes * (passedMs - uploadPaceGraceMs)) / leftMs;
    const isInTime = passedMs < leftMs && request.socket.bytesRead - bytesBefore >= bytesDue;
    if (!isInTime) request.destroy();
  }, lookEveryMs);
  // Closes as soon as the body is read.
  request.once("close", () => clearInterval(timer));
}
