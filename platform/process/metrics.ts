import { createServer } from "node:http";
import { collectDefaultMetrics, Registry } from "prom-client";

/** The numbers of one process, for Prometheus. */
export function createMetrics(process: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ process });
  collectDefaultMetrics({ register: registry });
  return registry;
}

/** What is not as it should be, by name; empty when all is well. */
export type Readiness = () => Promise<Readonly<Record<string, string>>>;

/**
 * `/metrics` and `/health/ready` of a process that serves nothing else, on loopback. Port 0 takes
 * any free one.
 */
export async function serveMetrics(
  options: { readonly host: string; readonly port: number },
  registry: Registry,
  readiness: Readiness,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    if (request.url === "/metrics") {
      response.setHeader("content-type", registry.contentType).end(await registry.metrics());
    } else if (request.url === "/health/ready") {
      const faults = await readiness();
      response.statusCode = Object.keys(faults).length === 0 ? 200 : 503;
      response.setHeader("content-type", "application/json").end(JSON.stringify(faults));
    } else {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(options.port, options.host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : options.port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
