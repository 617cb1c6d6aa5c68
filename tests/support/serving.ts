import { createHmac } from "node:crypto";
import { setMaxListeners } from "node:events";
import { join } from "node:path";
import { buildApp, closeApp } from "../../api/app.js";
import { createBlockHash } from "../../api/clientAddress.js";
import type { AppDependencies } from "../../api/dependencies.js";
import { EndedCalls } from "../../api/endedCalls.js";
import { GenerationWatch } from "../../api/generationWatch.js";
import { keepHearing } from "../../api/nodeGateway/keepHearing.js";
import { LeasePolls } from "../../api/nodeGateway/leasePolls.js";
import { OpenCalls } from "../../api/openCalls.js";
import { createPlaceInLine } from "../../api/placeInLine.js";
import { PublishedKeys } from "../../api/publishedKeys.js";
import { createRateLimits } from "../../api/rateLimits.js";
import { ReadYourWrites } from "../../api/readYourWrites.js";
import { Refusals } from "../../api/refusals.js";
import type { ConnectionLimits } from "../../api/traffic/connections.js";
import { createTraffic } from "../../api/traffic/traffic.js";
import { KnownSounds } from "../../commands/generation/knownSounds.js";
import { publishSigningKey } from "../../commands/keys/publish.js";
import { canonicalJson } from "../../domain/canonicalJson.js";
import { connectionLimits } from "../../domain/limits.js";
import { createAudioCheck } from "../../platform/audio/audioCheck.js";
import { chooseSandbox } from "../../platform/audio/chooseSandbox.js";
import type { Blobs } from "../../platform/blobs.js";
import { rateLimitNames } from "../../platform/config/rateLimits.js";
import { usualAmount } from "../../platform/config/sharing.js";
import { newId } from "../../platform/ids.js";
import { createAccessTokens } from "../../platform/keys/accessTokens.js";
import { createCertificateSigner } from "../../platform/keys/certificates.js";
import type { Payments } from "../../platform/payments/payments.js";
import { type Clock, systemClock } from "../../platform/process/clock.js";
import { openPublicLog } from "../../platform/publicLog/publicLogFiles.js";
import { OnlineNodes } from "../../platform/redis/onlineNodes.js";
import { createSessions } from "../../platform/redis/sessions.js";
import { listen } from "../../platform/redis/signals.js";
import { createSignInDelays } from "../../platform/redis/signInDelays.js";
import type { WaitingLine } from "../../platform/redis/waitingLine.js";
import { projections } from "../../projections/registry.js";
import { runProjector } from "../../projections/runner/projector.js";
import { managersOf } from "../../workers/managers.js";
import { runProcessManager } from "../../workers/processManager.js";
import { watchAnswers } from "./documented.js";
import { testPayments } from "./payments.js";
import type { World } from "./world.js";

export const jwtSecret = "another secret of the tests, at least 32 bytes";
const bodyKey = "request bodies";

export interface ServerOptions {
  readonly rateLimits?: Parameters<typeof createRateLimits>[1];
  /** The API's own clock; the others go by the system's. */
  readonly clock?: Clock;
  readonly payments?: Payments;
  readonly dailyLimit?: number;
  readonly connections?: ConnectionLimits;
}

/** Where it runs, and what takes the place of the real things there. */
export interface ServingOptions extends ServerOptions {
  readonly port: number;
  readonly waitingLine: WaitingLine;
  readonly blobs: Blobs;
}

/** A ledger in real servers. */
export type ServedWorld = Pick<
  World,
  | "folder"
  | "ledger"
  | "ledgerId"
  | "log"
  | "opsDb"
  | "readDb"
  | "redis"
  | "redisUrl"
  | "store"
  | "vault"
  | "vaultDb"
  | "erasures"
>;

/** API, projector and process managers in this process, over real servers and a real port. */
export async function serve(
  world: ServedWorld,
  {
    rateLimits = [],
    clock = systemClock,
    payments = testPayments(),
    dailyLimit = 25,
    connections = connectionLimits,
    port,
    waitingLine,
    blobs,
  }: ServingOptions,
) {
  const { redis, store, ledger, log, ledgerId, opsDb, readDb } = world;
  const stopping = new AbortController();
  // Every manager below listens for it.
  setMaxListeners(0, stopping.signal);
  const { signal } = stopping;
  const sessions = createSessions(redis, Buffer.alloc(32, 1), 3600);
  const certificates = await createCertificateSigner(join(world.folder, "keys", "certificate.pem"));
  const instanceId = newId();
  const url = `http://127.0.0.1:${port}`;
  let badSignatures = 0;
  const booking = { ledger, vaultDb: world.vaultDb, payments, clock, readDb, log };
  const onlineNodes = new OnlineNodes(redis, systemClock);
  const deps: AppDependencies = {
    ...world,
    clock,
    waitingLine,
    sessions,
    certificates,
    instanceId,
    appUrl: url,
    dailyLimit,
    payeeFormFrom: usualAmount("600"),
    audioCheck: createAudioCheck(await chooseSandbox()),
    blobs,
    publicLog: openPublicLog(`file://${world.folder}/blobs`),
    signInDelays: createSignInDelays(redis),
    accessTokens: createAccessTokens({ secret: jwtSecret, issuer: "test", seconds: 3600 }),
    rateLimits: createRateLimits(redis, [...rateLimits, ...generous]),
    readYourWrites: new ReadYourWrites(),
    watch: new GenerationWatch(),
    knownSounds: new KnownSounds(),
    onlineNodes,
    placeInLine: createPlaceInLine(readDb, onlineNodes),
    publishedKeys: new PublishedKeys(store),
    leasePolls: new LeasePolls(),
    openCalls: new OpenCalls(),
    endedCalls: new EndedCalls(redis, log),
    traffic: createTraffic(),
    payments,
    refusals: new Refusals(log, () => undefined),
    countBadSignature: () => {
      badSignatures += 1;
    },
    blockHash: createBlockHash(Buffer.from("address blocks")),
    bodyHash: (body) => createHmac("sha256", bodyKey).update(canonicalJson(body)).digest("hex"),
  };
  const running = [
    runProjector({
      db: readDb,
      store,
      log,
      ledgerId,
      projections,
      signal,
      onProjected: (projected) => deps.readYourWrites.advance(projected),
    }),
    deps.watch.run({ store, log }),
    deps.knownSounds.run({ store, log }, signal),
    keepHearing(deps, signal),
    ...managersOf({ ...deps, erasures: world.erasures }).map((manager) =>
      runProcessManager(manager, { store, opsDb, ledgerId, log, signal }),
    ),
  ];
  const stopListening = await listen(redis, "offer", ({ queue, nodeId }) =>
    deps.leasePolls.offer(queue, nodeId),
  );
  await publishSigningKey(ledger, { ...certificates, use: "certificate" }, clock.now());
  const app = await buildApp(deps, {
    ...{ trustProxy: [], corsAllowedOrigins: ["https://example.org"], connections },
  });
  await app.ready();
  const undocumented = watchAnswers(app);
  await app.listen({ host: "127.0.0.1", port });
  return {
    deps,
    app,
    url,
    booking,
    badSignatures: () => badSignatures,
    async close() {
      deps.leasePolls.closeAll();
      deps.watch.close();
      await closeApp(app);
      stopListening();
      deps.audioCheck.close();
      stopping.abort();
      await Promise.all(running);
      await waitingLine.close();
      const found = undocumented();
      if (found.length > 0) throw new Error(`OpenAPI does not say so: ${found.join("; ")}`);
    },
  };
}

/** Tests that are not about limits must not run into them. */
const generous = rateLimitNames.map((name) => ({
  name,
  calls: 100_000,
  seconds: 60,
}));
