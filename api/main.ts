import { createHmac } from "node:crypto";
import { Counter } from "prom-client";
import { KnownSounds } from "../commands/generation/knownSounds.js";
import { publishSigningKey } from "../commands/keys/publish.js";
import { openLedger } from "../commands/openLedger.js";
import { canonicalJson } from "../domain/canonicalJson.js";
import { createAudioCheck } from "../platform/audio/audioCheck.js";
import { chooseSandbox } from "../platform/audio/chooseSandbox.js";
import { openBlobs } from "../platform/blobs.js";
import { serverTimesOf } from "../platform/clockOffsets.js";
import { loadConfigOf } from "../platform/config/config.js";
import { halfSetUp } from "../platform/config/halfSetUp.js";
import { newId } from "../platform/ids.js";
import { createAccessTokens } from "../platform/keys/accessTokens.js";
import { createCertificateSigner } from "../platform/keys/certificates.js";
import { createClockMetrics, LedgerClock } from "../platform/ledgerClock.js";
import { openPayments } from "../platform/payments/payments.js";
import { AlertRelay } from "../platform/process/alertRelay.js";
import { listFaults } from "../platform/process/checks.js";
import { announceReady, closeOnSignal } from "../platform/process/lifecycle.js";
import { createLog } from "../platform/process/log.js";
import { createMetrics, serveMetrics } from "../platform/process/metrics.js";
import { removeAbandonedFolders } from "../platform/process/temporaryFolder.js";
import { openPublicLog } from "../platform/publicLog/publicLogFiles.js";
import { openRedis } from "../platform/redis/connection.js";
import { OnlineNodes } from "../platform/redis/onlineNodes.js";
import { promptLine } from "../platform/redis/promptLine.js";
import { openSessions } from "../platform/redis/sessions.js";
import { listen } from "../platform/redis/signals.js";
import { createSignInDelays } from "../platform/redis/signInDelays.js";
import { openWaitingLine } from "../platform/redis/waitingLine.js";
import { derivedKey } from "../platform/vault/vault.js";
import type { ReadTables } from "../projections/readTables.js";
import { buildApp, closeApp } from "./app.js";
import { checksOf } from "./checks.js";
import { createBlockHash } from "./clientAddress.js";
import type { AppDependencies } from "./dependencies.js";
import { EndedCalls } from "./endedCalls.js";
import { GenerationWatch } from "./generationWatch.js";
import { keepHearing } from "./nodeGateway/keepHearing.js";
import { LeasePolls } from "./nodeGateway/leasePolls.js";
import { OpenCalls } from "./openCalls.js";
import { createPlaceInLine } from "./placeInLine.js";
import { PublishedKeys } from "./publishedKeys.js";
import { createRateLimits } from "./rateLimits.js";
import { ReadYourWrites } from "./readYourWrites.js";
import { Refusals } from "./refusals.js";
import { createTraffic } from "./traffic/traffic.js";

/** Waiting calls are told to come back, so what is left are uploads being checked. */
const graceSeconds = 15;

const config = loadConfigOf("api");
const relay = new AlertRelay();
const log = createLog({ name: "api", level: config.logLevel, onMessage: relay.note });
for (const sentence of halfSetUp(config)) log.warn(sentence);
const opened = await openLedger<ReadTables>(config, { patience: "request", log });
const { ledger, store } = opened;
const redis = openRedis(config.redisUrl, "request");
const clock = new LedgerClock({ serverTimes: serverTimesOf(opened.opsDb, redis), log });
relay.tellBy(opened.opsDb, clock);
await clock.adjust();
const waitingLine = promptLine(openWaitingLine(config.redisUrl));
const certificates = await createCertificateSigner(config.keyFiles.certificate);
await removeAbandonedFolders();
const sandbox = await chooseSandbox();
log.info({ sandbox }, "chose how FFmpeg is shut in");
const audioCheck = createAudioCheck(sandbox);
const instanceId = newId();
const bodyKey = derivedKey(config.appSecret, "request bodies v1");

const metrics = createMetrics("api");
createClockMetrics(metrics, clock);
const badSignatures = new Counter({
  name: "webhook_bad_signatures_total",
  help: "Webhooks refused because nothing proved that they came from the provider.",
  labelNames: ["provider"],
  registers: [metrics],
});

const refusedCalls = new Counter({
  name: "refused_calls_total",
  help: "Calls of nobody known, or beyond a limit, that were refused. The log tells of the first few.",
  labelNames: ["status"],
  registers: [metrics],
});

const onlineNodes = new OnlineNodes(redis, clock);
const deps: AppDependencies = {
  ...opened,
  log,
  clock,
  redis,
  waitingLine,
  audioCheck,
  certificates,
  instanceId,
  appUrl: config.appUrl,
  dailyLimit: config.dailyGenerationLimit,
  payeeFormFrom: config.payees.formFrom,
  blobs: await openBlobs(config.blobUrl),
  publicLog: openPublicLog(config.blobUrl),
  sessions: openSessions(redis, config),
  signInDelays: createSignInDelays(redis),
  accessTokens: createAccessTokens({
    secret: config.tokens.jwtSecret,
    issuer: config.appUrl,
    seconds: config.tokens.accessSeconds,
  }),
  rateLimits: createRateLimits(redis, config.http.rateLimits),
  readYourWrites: new ReadYourWrites(),
  watch: new GenerationWatch(),
  knownSounds: new KnownSounds(),
  onlineNodes,
  placeInLine: createPlaceInLine(opened.readDb, onlineNodes),
  publishedKeys: new PublishedKeys(store),
  leasePolls: new LeasePolls(),
  openCalls: new OpenCalls(),
  endedCalls: new EndedCalls(redis, log),
  traffic: createTraffic(),
  payments: openPayments(config),
  refusals: new Refusals(log, (status) => refusedCalls.inc({ status })),
  countBadSignature: (provider) => badSignatures.inc({ provider }),
  blockHash: createBlockHash(derivedKey(config.appSecret, "address blocks v1")),
  bodyHash: (body) => createHmac("sha256", bodyKey).update(canonicalJson(body)).digest("base64url"),
};

const checks = checksOf(deps);
const app = await buildApp(deps, config.http);
const metricsServer = await serveMetrics(config.metrics, metrics, () => listFaults(checks));
const listeners = await Promise.all([
  listen(redis, "projected", (projected) => {
    const positions = Object.entries(projected).map(([group, text]) => [group, BigInt(text)]);
    deps.readYourWrites.advance(Object.fromEntries(positions));
  }),
  listen(redis, "offer", ({ queue, nodeId, instanceId: named }) => {
    if (named === instanceId) deps.leasePolls.offer(queue, nodeId);
  }),
]);
const watching = deps.watch.run({ store, log });
const stopping = new AbortController();
const hearingSounds = deps.knownSounds.run({ store, log }, stopping.signal);
const following = clock.follow(stopping.signal);

await publishSigningKey(ledger, { ...certificates, use: "certificate" }, clock.now());
await app.listen({ host: config.http.host, port: config.http.port });
const hearing = keepHearing(deps, stopping.signal);
closeOnSignal(
  [
    { close: () => stopping.abort() },
    { close: () => deps.leasePolls.closeAll() },
    deps.watch,
    { close: () => closeApp(app) },
    audioCheck,
    { close: () => watching },
    { close: () => Promise.all([hearing, hearingSounds, following]) },
    { close: () => listeners.forEach((stop) => void stop()) },
    metricsServer,
    waitingLine,
    opened,
    { close: () => redis.disconnect() },
  ],
  { graceSeconds, log },
);
announceReady(log, { metricsPort: metricsServer.port });
