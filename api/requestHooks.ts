import cors from "@fastify/cors";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { RateLimitName } from "../platform/config/rateLimits.js";
import type { AppDependencies } from "./dependencies.js";
import { ApiError } from "./errorCodes.js";
import { fromStatus } from "./errorHandler.js";
import { noteRoutes } from "./routeMethods.js";
import { secure } from "./securityHeaders.js";

export const urlCharactersMax = 8 * 1024;
const closingRetrySeconds = 5;

/** Where two of them differ, we and a proxy in front of us might not read the same one. */
const sentOnce = new Set(
  "authorization content-encoding content-type host idempotency-key x-api-key x-model x-node-signature x-understood".split(
    " ",
  ),
);

/** What a page of another origin may read of an answer to generate. */
const exposedHeaders = [
  ..."Request-ID Credits-Remaining Credits-Used Daily-Used Daily-Limit Daily-Remaining".split(" "),
  ..."Daily-Resets Duration BPM Detected-BPM Key Sample-Rate Seed Model Channels".split(" "),
  ..."Stems-Used Processing-Time Worker-ID SHA256 Certificate-ID Certificate-Signature".split(" "),
  ..."Public-Key-URL Read-Lag Redelivered Understood".split(" "),
].map((name) => `X-${name}`);
/** What it may send. */
const methods = ["GET", "HEAD", "POST", "PUT", "DELETE"];
const allowedHeaders = "Authorization Content-Type Idempotency-Key Prefer Range X-API-Key".split(
  " ",
);

declare module "fastify" {
  interface FastifyContextConfig {
    /** What calls of this route are counted as, in place of `address`. */
    limit?: RateLimitName;
  }
}

/** What is done for every call, whether there is a route for it or not. */
export async function addRequestHooks(
  app: FastifyInstance,
  deps: AppDependencies,
  corsAllowedOrigins: readonly string[],
): Promise<void> {
  app.decorateRequest("caller", undefined);
  app.decorateRequest("node", undefined);
  app.decorateRequest("heldLease", undefined);
  const routes = noteRoutes(app);
  app.setNotFoundHandler((request, reply) => routes.refuse(request, reply));
  addHeadersAndForm(app);
  app.addHook("onRequest", async (request, reply) => {
    if (request.method === "OPTIONS" && !isPreflight(request)) {
      return routes.answerOptions(request, reply);
    }
  });
  const origin = corsAllowedOrigins.includes("*") ? "*" : [...corsAllowedOrigins];
  const may = { methods, allowedHeaders, exposedHeaders };
  await app.register(cors, { origin, credentials: false, ...may });
  app.addHook("onRequest", async (request, reply) => {
    const { limit = "address" } = request.routeOptions.config;
    await deps.rateLimits(limit, deps.blockHash(request.ip));
    // Before its body is read: there is nobody to read it.
    if (routes.isNowhere(request)) routes.refuse(request, reply);
  });
  app.addHook("onResponse", async (request, reply) => {
    const about = { method: request.method, path: pathOf(request) };
    const { statusCode: status } = reply;
    const ms = Math.round(reply.elapsedTime);
    const line = () => request.log.info({ ...about, status, ms }, "answered");
    if (isRefusal(request, status)) deps.refusals.ofCall(deps.blockHash(request.ip), status, line);
    else line();
  });
  app.addHook("onClose", async () => deps.refusals.close());
}

/** What anybody can bring about as often as they like. */
const isRefusal = ({ caller, node }: FastifyRequest, status: number): boolean =>
  status === 429 || (status >= 400 && status < 500 && caller === undefined && node === undefined);

/**
 * The address as the log may have it: the route, with the ids in it. All else is the caller's own words,
 * such as the token of a link in a mail, or a key that was pasted in the wrong place.
 */
function pathOf({ routeOptions, params }: FastifyRequest): string {
  const given = new Map(Object.entries(params ?? {}));
  const idOf = (whole: string, name: string): string => {
    const value = given.get(name);
    return typeof value === "string" && idForm.test(value) ? value : whole;
  };
  return (routeOptions.url ?? "").replace(/:(\w+)/g, idOf);
}
const idForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** First of all, so that no other hook can end a call before it. */
function addHeadersAndForm(app: FastifyInstance): void {
  let isClosing = false;
  app.addHook("preClose", async () => {
    isClosing = true;
  });
  app.addHook("onRequest", async (request, reply) => {
    secure(request.raw, reply.raw);
    reply.header("x-request-id", request.id);
    // Most answers are somebody's own. A route whose answer may be kept says so itself.
    reply.header("cache-control", "no-store");
    if (isClosing) throw closing();
    refuseForm(request);
  });
}

const isPreflight = ({ headers }: FastifyRequest): boolean =>
  headers.origin !== undefined && headers["access-control-request-method"] !== undefined;

const closing = (): ApiError =>
  new ApiError("UNAVAILABLE", "This server is stopping. Try again shortly.", {
    retryAfterSeconds: closingRetrySeconds,
  });

/** What Node reads and we can't rely on. @throws ApiError */
function refuseForm({ raw }: FastifyRequest): void {
  if ((raw.url ?? "").length > urlCharactersMax) throw fromStatus(414);
  const { host, "content-encoding": encoding = "identity" } = raw.headers;
  if ((host === undefined && raw.httpVersion !== "1.0") || isRepeated(raw.rawHeaders)) {
    throw fromStatus(400);
  }
  if (encoding.toLowerCase() !== "identity") {
    throw new ApiError(
      "UNSUPPORTED_MEDIA_TYPE",
      "Send the body as it is, with no Content-Encoding.",
    );
  }
}

/** Names and values in turn, as they came. */
function isRepeated(rawHeaders: readonly string[]): boolean {
  const once = rawHeaders
    .filter((_, index) => index % 2 === 0)
    .map((name) => name.toLowerCase())
    .filter((name) => sentOnce.has(name));
  return new Set(once).size < once.length;
}
