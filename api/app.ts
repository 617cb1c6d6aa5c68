import cors from "@fastify/cors";
import helmet from "@fastify/helmet";
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import { second } from "../domain/limits.js";
import type { RateLimitName } from "../platform/config/rateLimits.js";
import { newId } from "../platform/ids.js";
import type { AppDependencies } from "./dependencies.js";
import { ApiError } from "./errorCodes.js";
import { createErrorHandler, errorBody } from "./errorHandler.js";
import { leaseRoute } from "./nodeGateway/leaseRoute.js";
import { nodeRegistrationRoutes } from "./nodeGateway/registrationRoutes.js";
import { resultRoute } from "./nodeGateway/resultRoute.js";
import { clusterRoute } from "./nodeGateway/statusRoute.js";
import { workRoutes } from "./nodeGateway/workRoutes.js";
import { registerOpenApi } from "./openapi.js";
import { homePage } from "./pages/home.js";
import { mailLinkPages } from "./pages/mailLinks.js";
import { creditsRoute } from "./routes/auth/credits.js";
import { loginRoute } from "./routes/auth/login.js";
import { mailLinkRoutes } from "./routes/auth/mailLinks.js";
import { userRegistrationRoute } from "./routes/auth/register.js";
import { sessionRoutes } from "./routes/auth/session.js";
import { certificateRoutes } from "./routes/certificates.js";
import { donateRoute } from "./routes/donate.js";
import { audioRoute } from "./routes/generate/audio.js";
import { generateRoute } from "./routes/generate/create.js";
import { followRoutes } from "./routes/generate/follow.js";
import { listRoute } from "./routes/generate/list.js";
import { healthRoutes } from "./routes/health.js";
import { keySetRoute } from "./routes/keySet.js";
import { transparencyRoutes } from "./routes/transparency/routes.js";
import { apiKeyRoutes } from "./routes/user/apiKeys.js";
import { donationRoutes } from "./routes/user/donations.js";
import { exportRoute } from "./routes/user/export.js";
import { profileRoutes } from "./routes/user/profile.js";
import { usageRoutes } from "./routes/user/usage.js";
import { githubWebhook } from "./routes/webhooks/github.js";
import { paypalWebhook } from "./routes/webhooks/paypal.js";
import { stripeWebhook } from "./routes/webhooks/stripe.js";

const jsonBytesMax = 64 * 1024;
/** A client that does not get its headers out in this time is slow on purpose. */
const headersTimeoutMs = 10 * second;
/** Enough for the largest upload over a slow line. */
const requestTimeoutMs = 120 * second;
/** Answers on their way get out in this time; a client that is stuck is cut off. */
const closingMs = 5 * second;

/** What a page of another origin may read of an answer to generate. */
const exposedHeaders = [
  ..."Request-ID Credits-Remaining Credits-Used Daily-Used Daily-Limit Daily-Remaining Daily-Resets".split(
    " ",
  ),
  ..."Duration BPM Detected-BPM Key Sample-Rate Seed Model Channels Stems-Used Processing-Time Worker-ID".split(
    " ",
  ),
  ..."SHA256 Certificate-ID Certificate-Signature Public-Key-URL Read-Lag Redelivered".split(" "),
].map((name) => `X-${name}`);

declare module "fastify" {
  interface FastifyContextConfig {
    /** What calls of this route are counted as, in place of `address`. */
    limit?: RateLimitName;
  }
}

/** Everything under /api/v1. */
const apiRoutes = [
  userRegistrationRoute,
  mailLinkRoutes,
  loginRoute,
  sessionRoutes,
  creditsRoute,
  profileRoutes,
  exportRoute,
  donationRoutes,
  usageRoutes,
  apiKeyRoutes,
  generateRoute,
  followRoutes,
  listRoute,
  audioRoute,
  nodeRegistrationRoutes,
  leaseRoute,
  workRoutes,
  resultRoute,
  clusterRoute,
  certificateRoutes,
  transparencyRoutes,
  donateRoute,
];
const rootRoutes = [
  homePage,
  healthRoutes,
  keySetRoute,
  mailLinkPages,
  stripeWebhook,
  paypalWebhook,
  githubWebhook,
];

export interface AppSettings {
  readonly trustProxy: readonly string[];
  readonly corsAllowedOrigins: readonly string[];
}

const nothing = (): ApiError =>
  new ApiError("NOT_FOUND", "Nothing exists at this address. See /docs for the API.");

/** Builds the server without listening, so that tests can ask it directly. */
export async function buildApp(
  deps: AppDependencies,
  { trustProxy, corsAllowedOrigins }: AppSettings,
): Promise<FastifyInstance> {
  const loggerInstance: FastifyBaseLogger = deps.log;
  const app = fastify({
    loggerInstance,
    // One line per request, written below when it is answered.
    logController: new LogController({
      disableRequestLogging: true,
      requestIdLogLabel: "requestId",
    }),
    genReqId: newId,
    bodyLimit: jsonBytesMax,
    trustProxy: trustProxy.length === 0 ? false : [...trustProxy],
    requestTimeout: requestTimeoutMs,
    http: { headersTimeout: headersTimeoutMs },
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(createErrorHandler(deps.clock));
  app.setNotFoundHandler((_request, reply) => reply.code(404).send(errorBody(nothing())));
  addHooks(app, deps);

  const origin = corsAllowedOrigins.includes("*") ? "*" : [...corsAllowedOrigins];
  await app.register(cors, { origin, credentials: false, exposedHeaders });
  await app.register(helmet, { contentSecurityPolicy: { directives: contentPolicy } });
  await registerOpenApi(app, deps.appUrl);
  for (const route of rootRoutes) await app.register(route, deps);
  const underPrefix = async (api: FastifyInstance): Promise<void> => {
    for (const route of apiRoutes) await api.register(route, deps);
  };
  await app.register(underPrefix, { prefix: "/api/v1" });
  return app;
}

/** Takes nothing new, lets answers finish, and does not wait for who does not listen. */
export async function closeApp(app: FastifyInstance): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), closingMs);
  await app.close();
  clearTimeout(timer);
}

const contentPolicy = {
  defaultSrc: ["'self'"],
  imgSrc: ["'self'", "data:"],
  objectSrc: ["'none'"],
  frameAncestors: ["'none'"],
  upgradeInsecureRequests: null,
};

function addHooks(app: FastifyInstance, deps: AppDependencies): void {
  app.decorateRequest("caller", undefined);
  app.decorateRequest("node", undefined);
  app.decorateRequest("heldLease", undefined);
  app.addHook("onRequest", async (request, reply) => {
    reply.header("x-request-id", request.id);
    // Most answers are somebody's own. A route whose answer may be kept says so itself.
    reply.header("cache-control", "no-store");
    const { limit = "address" } = request.routeOptions.config;
    await deps.rateLimits(limit, deps.blockHash(request.ip));
  });
  app.addHook("onResponse", async (request, reply) => {
    // Without the query string: links in mails carry a token there.
    const path = request.url.split("?", 1)[0];
    const about = { method: request.method, path };
    const ms = Math.round(reply.elapsedTime);
    request.log.info({ ...about, status: reply.statusCode, ms }, "answered");
  });
}
