import { createServer } from "node:http2";
import type { Socket } from "node:net";
import { status } from "@grpc/grpc-js";
import { refusalMsMax, refusalsMax } from "../limits.js";

export const foreignUserMessage =
  "This event store serves only the user that runs it. Connect as that user.";

/**
 * Answers every call of a connection with PERMISSION_DENIED, without reading what it asks. Whoever
 * is turned away has a moment to hear why; who comes in a crowd hears nothing.
 */
export function createTurnAway(): (socket: Socket) => void {
  const server = createServer({ maxSessionMemory: 1, settings: { maxConcurrentStreams: 1 } });
  server.on("sessionError", () => undefined);
  server.on("stream", (stream) => {
    stream.on("error", () => undefined);
    const answer = {
      ":status": 200,
      "content-type": "application/grpc",
      "grpc-status": String(status.PERMISSION_DENIED),
      "grpc-message": foreignUserMessage,
    };
    stream.respond(answer, { endStream: true });
    stream.session?.close();
  });
  let refusals = 0;
  return (socket) => {
    if (refusals >= refusalsMax) {
      socket.destroy();
      return;
    }
    refusals += 1;
    const timer = setTimeout(() => socket.destroy(), refusalMsMax).unref();
    socket.once("close", () => {
      refusals -= 1;
      clearTimeout(timer);
    });
    server.emit("connection", socket);
    socket.resume();
  };
}
