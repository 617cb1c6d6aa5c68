/**
 * A process that is killed at one step: `killedWhileBooking.ts <event store> <database> <secret>
 * <delivery> <receive|book> <step> <before|after>` takes a webhook in, or books it, and dies by
 * SIGKILL right before or after its nth write. It loads little, so that it starts fast.
 */
import { readFileSync } from "node:fs";
import { receiveWebhook } from "../../commands/webhook/receive.js";
import { createEventStore, type EventStore } from "../../platform/eventStore/eventStore.js";
import { openDatabase } from "../../platform/mysql/database.js";
import { systemClock } from "../../platform/process/clock.js";
import type { VaultTables } from "../../platform/vault/tables.js";
import { createVault } from "../../platform/vault/vault.js";
import { bookWebhook } from "../../workers/book/bookWebhook.js";

const [eventStoreUrl = "", databaseUrl = "", appSecret = "", deliveryId = "", work, step, when] =
  process.argv.slice(2);

async function die(): Promise<never> {
  process.kill(process.pid, "SIGKILL");
  return new Promise(() => undefined);
}

const real = createEventStore(eventStoreUrl);
let writes = 0;
const store: EventStore = {
  ...real,
  append: async (...args) => {
    writes += 1;
    const isNow = writes === Number(step);
    if (isNow && when === "before") await die();
    const result = await real.append(...args);
    if (isNow && when === "after") await die();
    return result;
  },
};
const vault = createVault(openDatabase<VaultTables>(databaseUrl, "vault"), appSecret);
const ledger = { store, vault };
if (work === "receive") {
  const delivery = { provider: "stripe" as const, deliveryId, topic: "payment_intent.succeeded" };
  const context = { at: systemClock.now(), correlationId: deliveryId };
  await receiveWebhook(ledger, { ...delivery, body: readFileSync(0) }, context);
} else {
  const payments = {
    webhookSecrets: { stripe: [], github: [] },
    allowedCurrencies: new Set(["EUR"]),
    rules: { live: false, paypalMerchantId: undefined, githubSponsorable: undefined },
    stripe: undefined,
    paypal: undefined,
  };
  const name = { provider: "stripe" as const, deliveryId };
  await bookWebhook({ ledger, payments, clock: systemClock }, name);
}
process.exit(0);
