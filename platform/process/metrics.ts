import { createServer, type ServerResponse } from "node:http";
import { collectDefaultMetrics, Registry } from "prom-client";
import { answerMsMax } from "../patience.js";
import { withinTime } from "./outage.js";

/** The numbers of one process, for Prometheus. */
export function createMetrics(process: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ process });
  collectDefaultMetrics({ register: registry });
  return registry;
}

/** Time to ask each part, and then for what only those know that answer. */
const lookMsMax = 2 * answerMsMax;

/** What is not as it should be, by name; empty when all is well. May reject with what is down. */
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
  const server = createServer((request, response) => {
    // Nobody else would catch it, and a question about our health must not end us.
    answer(request.url, response, { registry, readiness }).catch((error: unknown) => {
      response.writeHead(503).end(error instanceof Error ? error.message : String(error));
    });
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

async function answer(
  path: string | undefined,
  response: ServerResponse,
  { registry, readiness }: { readonly registry: Registry; readonly readiness: Readiness },
): Promise<void> {
  if (path === "/metrics") {
    response.setHeader("content-type", registry.contentType).end(await inTime(registry.metrics()));
  } else if (path === "/health/ready") {
    const faults = await inTime(readiness());
    response.statusCode = Object.keys(faults).length === 0 ? 200 : 503;
    response.setHeader("content-type", "application/json").end(JSON.stringify(faults));
  } else {
    response.writeHead(404).end();
  }
}

const inTime = <Found>(looking: Promise<Found>): Promise<Found> =>
  withinTime("What was asked for", lookMsMax, looking);
