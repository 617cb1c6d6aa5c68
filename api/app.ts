import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import { connectionLimits, minute, second } from "../domain/limits.js";
import { newId } from "../platform/ids.js";
import {
  answerBeforeRoutes,
  createBadUrlHandler,
  createClientErrorHandler,
} from "./beforeRoutes.js";
import { addressBlock, isInBlocks } from "./clientAddress.js";
import type { AppDependencies } from "./dependencies.js";
import { createErrorHandler } from "./errorHandler.js";
import { takeJsonBodies } from "./jsonBody.js";
import { leaseRoute } from "./nodeGateway/leaseRoute.js";
import { nodeRegistrationRoutes } from "./nodeGateway/registrationRoutes.js";
import { resultRoute } from "./nodeGateway/resultRoute.js";
import { clusterRoute } from "./nodeGateway/statusRoute.js";
import { workRoutes } from "./nodeGateway/workRoutes.js";
import { registerOpenApi } from "./openapi.js";
import { homePage } from "./pages/home.js";
import { mailLinkPages } from "./pages/mailLinks.js";
import { payoutLinkPages } from "./pages/payoutLinks.js";
import { runNodePage } from "./pages/runNode.js";
import { addRequestHooks, urlCharactersMax } from "./requestHooks.js";
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
import { claimRoutes } from "./routes/operator/claims.js";
import { earningsRoute } from "./routes/operator/earnings.js";
import { enrolmentTokenRoutes } from "./routes/operator/enrolmentTokens.js";
import { operatorNodeRoutes } from "./routes/operator/nodes.js";
import { payeeDetailsRoute } from "./routes/operator/payeeDetails.js";
import { payoutAccountRoutes } from "./routes/operator/payoutAccount.js";
import { stripeOnboardingRoute } from "./routes/operator/stripeOnboarding.js";
import { takeBackRoutes } from "./routes/operator/takeBacks.js";
import { waiveShareRoute } from "./routes/operator/waiveShare.js";
import { publicLogRoutes } from "./routes/publicLog.js";
import { transparencyRoutes } from "./routes/transparency/routes.js";
import { apiKeyRoutes } from "./routes/user/apiKeys.js";
import { donationRoutes } from "./routes/user/donations.js";
import { exportRoute } from "./routes/user/export.js";
import { profileRoutes } from "./routes/user/profile.js";
import { usageRoutes } from "./routes/user/usage.js";
import { githubWebhook } from "./routes/webhooks/github.js";
import { paypalWebhook } from "./routes/webhooks/paypal.js";
import { stripeWebhook } from "./routes/webhooks/stripe.js";
import { closeWithSocket } from "./traffic/closeWithSocket.js";
import { type ConnectionLimits, Connections } from "./traffic/connections.js";
import { countAnswers } from "./traffic/countAnswers.js";
import { takeTurns } from "./traffic/takeTurns.js";

const jsonBytesMax = 64 * 1024;
/** A client that does not get its headers out in this time is slow on purpose. */
const headersTimeoutMs = 10 * second;
/** Node looks only so often whether this time is up. */
const lookEveryMs = second;
const headerBytesMax = 16 * 1024;
/** The largest file over a slow line; who sends more slowly than that is ended sooner by Connections. */
const requestTimeoutMs = 20 * minute;
/** Answers on their way get out in this time; a client that is stuck is cut off. */
const closingMs = 5 * second;

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
  enrolmentTokenRoutes,
  claimRoutes,
  earningsRoute,
  waiveShareRoute,
  takeBackRoutes,
  payoutAccountRoutes,
  payeeDetailsRoute,
  stripeOnboardingRoute,
  operatorNodeRoutes,
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
  runNodePage,
  healthRoutes,
  keySetRoute,
  publicLogRoutes,
  mailLinkPages,
  payoutLinkPages,
  stripeWebhook,
  paypalWebhook,
  githubWebhook,
];

export interface AppSettings {
  readonly trustProxy: readonly string[];
  readonly corsAllowedOrigins: readonly string[];
  readonly connections?: ConnectionLimits;
}

/** Builds the server without listening, so that tests can ask it directly. */
export async function buildApp(
  deps: AppDependencies,
  { trustProxy, corsAllowedOrigins, connections = connectionLimits }: AppSettings,
): Promise<FastifyInstance> {
  const loggerInstance: FastifyBaseLogger = deps.log;
  const app = fastify({
    loggerInstance,
    // requestHooks.ts writes one line for each request, once it is answered.
    logController: new LogController({
      disableRequestLogging: true,
      requestIdLogLabel: "requestId",
    }),
    genReqId: newId,
    bodyLimit: jsonBytesMax,
    trustProxy: trustProxy.length === 0 ? false : [...trustProxy],
    requestTimeout: requestTimeoutMs,
    // What these would answer by themselves is not in our form: see requestHooks.ts.
    return503OnClosing: false,
    http: {
      headersTimeout: headersTimeoutMs,
      connectionsCheckingInterval: lookEveryMs,
      maxHeaderSize: headerBytesMax,
      requireHostHeader: false,
    },
    // How long a parameter may be is for its schema to say.
    routerOptions: { maxParamLength: urlCharactersMax },
    frameworkErrors: createBadUrlHandler(deps),
    clientErrorHandler: createClientErrorHandler(deps),
  });
  answerBeforeRoutes(app.server, deps);
  new Connections(connections, ({ remoteAddress = "" }) =>
    isInBlocks(remoteAddress, trustProxy) ? undefined : addressBlock(remoteAddress),
  ).watch(app.server);
  closeWithSocket(app.server);
  takeTurns(app.server, () =>
    app.log.error(
      { node: process.version },
      "ALERT this version of Node can't be told to stop reading a connection; run an older one",
    ),
  );
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(createErrorHandler(deps.clock));
  takeJsonBodies(app, deps);
  await addRequestHooks(app, deps, corsAllowedOrigins);
  countAnswers(app, deps);
  await registerOpenApi(app, deps.appUrl);
  for (const route of rootRoutes) await app.register(route, deps);
  const underPrefix = async (api: FastifyInstance): Promise<void> => {
    for (const route of apiRoutes) await api.register(route, deps);
  };
  await app.register(underPrefix, { prefix: "/api/v1" });
  return app;
}

/** Takes nothing new, lets answers finish, and does not wait for those who do not listen. */
export async function closeApp(app: FastifyInstance): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), closingMs);
  await app.close();
  clearTimeout(timer);
}
