import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/**
 * Closes each response with its connection. Node closes only the one whose turn it is to be written:
 * what was held for those behind it, on a connection that is gone, would be held for ever.
 */
export function closeWithSocket(server: Server): void {
  const open = new WeakMap<Socket, Set<ServerResponse>>();
  server.prependListener("request", ({ socket }, response) => {
    const known = open.get(socket);
    const responses = known ?? new Set();
    responses.add(response);
    response.once("close", () => responses.delete(response));
    if (known !== undefined) return;
    open.set(socket, responses);
    // Node closes the one that it knows of in the same instant, before or after us.
    socket.once("close", () => process.nextTick(() => [...responses].forEach(close)));
  });
}

function close(response: ServerResponse): void {
  response.destroy();
  // Node says this of the response that has the connection, and streams ask for it.
  Reflect.set(response, "_closed", true);
  response.emit("close");
}
