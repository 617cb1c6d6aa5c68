import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { AppDependencies } from "../../api/dependencies.js";
import { openBlobs } from "../../platform/blobs.js";
import type { Mail } from "../../platform/mailer.js";
import { mailKinds, payoutMailKinds } from "../../platform/ops/tables.js";
import { systemClock } from "../../platform/process/clock.js";
import { promptLine } from "../../platform/redis/promptLine.js";
import { openWaitingLine } from "../../platform/redis/waitingLine.js";
import { reservePort } from "../../scripts/supervisor/reservePort.js";
import { OutboxLoop } from "../../workers/outbox/run.js";
import { type ServerOptions, serve } from "./serving.js";
import { openWorld, type World } from "./world.js";

export type TestServer = Awaited<ReturnType<typeof openServer>>;

/** The product in this process, over a ledger of its own. Mails are sent when a test asks for them. */
export async function openServer(options: ServerOptions = {}) {
  const world = await openWorld();
  const serving = await serve(world, {
    ...options,
    port: await reservePort(),
    waitingLine: promptLine(openWaitingLine(world.redisUrl)),
    blobs: await openBlobs(pathToFileURL(join(world.folder, "blobs")).href),
  });
  return {
    ...world,
    ...serving,
    sendMails: () => sendMails(world, serving.deps),
    clearKeyCache: () => world.ledger.vault.clearKeyCache(),
    async close() {
      await serving.close();
      await world.close();
    },
  };
}

/** Sends what is due, and gives it to the test instead of a mail server. */
async function sendMails(world: World, { appUrl }: AppDependencies): Promise<Mail[]> {
  const sent: Mail[] = [];
  const mailer = {
    send: async (mail: Mail) => {
      sent.push(mail);
    },
    close: () => undefined,
  };
  const sending = { ...world, mailer, webhook: undefined, clock: systemClock, appUrl };
  for (const kind of [...mailKinds, ...payoutMailKinds]) await new OutboxLoop(kind, sending).run();
  return sent;
}
