/**
 * A process that halts at one step: `haltedWhileBooking.ts <event store> <database> <secret>
 * <delivery> <receive|book> <step> <before|after> <signal>` takes a webhook in, or books it, and
 * sends itself a signal right before or after its nth write. SIGKILL ends it there; after SIGSTOP it
 * goes on when it is woken. It loads little, so that it starts fast.
 */

import { readFileSync } from "node:fs";
import { RememberedStreams } from "../../commands/rememberedStreams.js";
import { receiveWebhook } from "../../commands/webhook/receive.js";
import { createEventStore, type EventStore } from "../../platform/eventStore/eventStore.js";
import { openDatabase } from "../../platform/mysql/database.js";
import { systemClock } from "../../platform/process/clock.js";
import type { VaultTables } from "../../platform/vault/tables.js";
import { createVault } from "../../platform/vault/vault.js";
import { bookWebhook } from "../../workers/book/bookWebhook.js";

const [servers, [deliveryId = "", work, step, when, signal]] = [
  process.argv.slice(2, 5),
  process.argv.slice(5),
];
const [eventStoreUrl = "", databaseUrl = "", appSecret = ""] = servers;

const halt = (): boolean => process.kill(process.pid, signal);

const real = createEventStore(eventStoreUrl);
let writes = 0;
const store: EventStore = {
  ...real,
  append: async (...args) => {
    writes += 1;
    const isNow = writes === Number(step);
    if (isNow && when === "before") halt();
    const result = await real.append(...args);
    if (isNow && when === "after") halt();
    return result;
  },
};
const vaultDb = openDatabase<VaultTables>(databaseUrl, "vault");
const vault = createVault(vaultDb, appSecret);
const ledger = { store, vault, remembered: new RememberedStreams() };
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
    connect: undefined,
    paypal: undefined,
  };
  const name = { provider: "stripe" as const, deliveryId };
  await bookWebhook({ ledger, vaultDb, payments, clock: systemClock }, name);
}
process.exit(0);
