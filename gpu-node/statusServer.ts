import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { GpuNode, NodeStatus } from "./node.js";
import { isMeantForUs } from "./statusHost.js";
import { pagePolicy, statusPage } from "./statusPage.js";

const isWellIn: Readonly<Record<NodeStatus["state"], boolean>> = {
  starting: false,
  idle: true,
  busy: true,
  draining: true,
  unreachable: false,
  displaced: false,
};

/**
 * `/health` for container engines and `/status` for the operator, a page in a browser and JSON
 * elsewhere; on loopback by default, and only for who asks by our own name (statusHost.ts).
 */
export async function serveStatus(
  { host, port }: { readonly host: string; readonly port: number },
  node: Pick<GpuNode, "status">,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    if (isMeantForUs(request.headers.host, host)) answer(request, response, node.status);
    else refuse(response);
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

/** 421: whoever asked meant another server. */
function refuse(response: ServerResponse): void {
  response.writeHead(421, { "content-type": "application/json", "cache-control": "no-store" });
  const error = "Ask for this page by localhost or by the address of NODE_HOST.";
  response.end(JSON.stringify({ error }));
}

function answer(request: IncomingMessage, response: ServerResponse, status: NodeStatus): void {
  response.setHeader("cache-control", "no-store").setHeader("x-content-type-options", "nosniff");
  if (request.url === "/status" && request.headers.accept?.includes("text/html")) {
    response.setHeader("content-security-policy", pagePolicy);
    response.setHeader("content-type", "text/html; charset=utf-8").end(statusPage(status));
    return;
  }
  response.setHeader("content-type", "application/json");
  if (request.url === "/health") {
    const isWell = isWellIn[status.state];
    response.statusCode = isWell ? 200 : 503;
    response.end(JSON.stringify({ status: isWell ? "healthy" : status.state }));
  } else if (request.url === "/status") {
    response.end(JSON.stringify(status));
  } else {
    response.writeHead(404).end(JSON.stringify({ error: "There is /health and /status." }));
  }
}
