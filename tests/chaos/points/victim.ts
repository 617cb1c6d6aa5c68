/**
 * The product in one process that dies where it is told to. Its servers live on, so it can be started
 * again. Told its order by its argument (JSON, see VictimOrder), and by messages where to die.
 */

import { setMaxListeners } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Registry } from "prom-client";
import type { Ledger } from "../../../commands/handle.js";
import { openLedger } from "../../../commands/openLedger.js";
import { RememberedStreams } from "../../../commands/rememberedStreams.js";
import { plusMs } from "../../../domain/time.js";
import { openBlobs } from "../../../platform/blobs.js";
import { readLedgerId } from "../../../platform/eventStore/ledgerId.js";
import { newId } from "../../../platform/ids.js";
import type { Mailer } from "../../../platform/mailer.js";
import { type OrderKind, orderKinds } from "../../../platform/ops/tables.js";
import { type Clock, systemClock } from "../../../platform/process/clock.js";
import { createLog } from "../../../platform/process/log.js";
import { openRedis } from "../../../platform/redis/connection.js";
import { openWaitingLine } from "../../../platform/redis/waitingLine.js";
import { openErasureList } from "../../../platform/vault/erasureList.js";
import type { ReadTables } from "../../../projections/readTables.js";
import { writePrivateFile } from "../../../scripts/supervisor/dataFolder.js";
import { managersOf } from "../../../workers/managers.js";
import { OutboxLoop } from "../../../workers/outbox/run.js";
import { repeat } from "../../../workers/repeat.js";
import { freeOrphanedHandles } from "../../../workers/schedule/endUnverified.js";
import { createSweepEach } from "../../../workers/sweepEach.js";
import { sweepsOf } from "../../../workers/sweeps.js";
import { testPayments } from "../../support/payments.js";
import { serve } from "../../support/serving.js";
import { type FaultPoint, FaultPoints } from "./faultPoints.js";
import * as wrapped from "./wrapped.js";

/** Begin to count; die at a place, if one is named. Answered with what was passed before. */
export interface Begin {
  readonly fatal?: FaultPoint;
}
export interface VictimOrder extends Begin {
  readonly folder: string;
  readonly port: number;
  readonly eventStoreUrl: string;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly stripeUrl: string;
  readonly appSecret: string;
  /** How far the clock of sweeps and jobs is ahead: what takes long is due at once. */
  readonly aheadMs: number;
}

const sweepEveryMs = 500;
const outboxEveryMs = 200;

const order: VictimOrder = JSON.parse(process.argv[2] ?? "{}");
const points = new FaultPoints();
points.begin(order.fatal);
process.on("disconnect", () => process.exit());
process.on("message", ({ fatal }: Begin) => {
  const passed = points.passed();
  points.begin(fatal);
  process.send?.(passed);
});

const opened = await openLedger<ReadTables>(order);
const store = wrapped.wrapStore(opened.store, points);
const vault = wrapped.wrapVault(opened.vault, points);
const opsDb = wrapped.wrapDatabase(opened.opsDb, points);
const vaultDb = wrapped.wrapDatabase(opened.vaultDb, points);
const ledger: Ledger = { store, vault, remembered: new RememberedStreams() };
const { folder, redisUrl } = order;
const world = {
  ...opened,
  ...{ store, vault, opsDb, vaultDb, ledger, folder, redisUrl },
  redis: openRedis(redisUrl, "request"),
  ledgerId: await readLedgerId(store),
  erasures: await openErasureList(join(folder, "erasures")),
  log: createLog({ name: "victim", level: "error" }),
};
const serving = await serve(world, {
  port: order.port,
  payments: testPayments({ stripeUrl: order.stripeUrl }),
  waitingLine: wrapped.wrapLine(openWaitingLine(redisUrl), points),
  blobs: wrapped.wrapBlobs(await openBlobs(pathToFileURL(join(folder, "blobs")).href), points),
});
wrapped.wrapAnswers(serving.app.server, points);
void work();
process.send?.("ready");

/** Everything that goes on by itself: mails, sweeps, and what the schedule does for accounts. */
async function work(): Promise<void> {
  const { log } = world;
  const clock: Clock = { now: () => plusMs(systemClock.now(), order.aheadMs) };
  const sweepEach = createSweepEach({ log, clock, metrics: new Registry() });
  const reacting = { ...serving.deps, erasures: world.erasures };
  const managers = managersOf(reacting);
  const deps = { ...reacting, store, clock, sweepEach, managers };
  const sending = {
    ...deps,
    ...world,
    mailer: fileMailer(),
    webhook: undefined,
    clock: systemClock,
  };
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  const loops = [
    ...Object.entries(sweepsOf(deps)).map(([name, { run }]) => ({
      name,
      run,
      everyMs: sweepEveryMs,
    })),
    ...orderKinds.map((kind) => outbox(kind)),
    {
      name: "orphans",
      everyMs: sweepEveryMs,
      run: () => freeOrphanedHandles(deps, clock.now()),
    },
  ];
  await Promise.all(loops.map((each) => repeat(each, { log, signal })));

  function outbox(kind: OrderKind) {
    const loop = new OutboxLoop(kind, sending);
    return { name: kind, everyMs: outboxEveryMs, run: () => loop.run() };
  }
}

/** A file for each mail, as the mail catcher writes it. */
function fileMailer(): Mailer {
  const mails = join(folder, "mail");
  mkdirSync(mails, { recursive: true });
  const mailer: Mailer = {
    close: () => undefined,
    async send({ to, messageId, text }) {
      const mail = `To: ${to}\nMessage-ID: ${messageId}\n\n${text}`;
      writePrivateFile(join(mails, `${systemClock.now()}-${newId()}.eml`), mail);
    },
  };
  return wrapped.wrapMailer(mailer, points);
}
