import { createServer } from "node:http";
import type { GpuNode } from "./node.js";

/** `/health` and `/status` for the operator and for container engines; on loopback by default. */
export async function serveStatus(
  { host, port }: { readonly host: string; readonly port: number },
  node: Pick<GpuNode, "status">,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    response.setHeader("content-type", "application/json");
    const { status } = node;
    if (request.url === "/health") {
      const isWell = status.state !== "unreachable" && status.state !== "starting";
      response.statusCode = isWell ? 200 : 503;
      response.end(JSON.stringify({ status: isWell ? "healthy" : status.state }));
    } else if (request.url === "/status") {
      response.end(JSON.stringify(status));
    } else {
      response.writeHead(404).end(JSON.stringify({ error: "There is /health and /status." }));
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
