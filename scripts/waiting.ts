/** Shows what waits for a maintainer. See `usage`. */
import { parseArgs } from "node:util";
import { closeSuspense } from "../commands/donation/closeSuspense.js";
import { handle, load } from "../commands/handle.js";
import { donationDecider } from "../domain/donation/decider.js";
import { type Provider, providers } from "../domain/money/accounts.js";
import { plusMs } from "../domain/time.js";
import { webhookDecider } from "../domain/webhook/decider.js";
import { webhookNameSchema, webhookProviderSchema } from "../domain/webhook/events.js";
import type { StoredEvent } from "../platform/eventStore/eventStore.js";
import { newId, providerCommandId } from "../platform/ids.js";
import { openPayments } from "../platform/payments/payments.js";
import { systemClock } from "../platform/process/clock.js";
import { Refusal } from "../platform/process/refusal.js";
import { openField } from "../platform/vault/openField.js";
import { bookWebhook, type WebhookName } from "../workers/book/bookWebhook.js";
import { listWaiting } from "../workers/waiting/waitingItems.js";
import * as tool from "./money/ledgerTool.js";
import { readLine } from "./money/readLine.js";
import { refuseExtraWords } from "./money/refuseExtraWords.js";

/** How the reason of a webhook begins that a maintainer gave up. */
const closedMark = "closed: ";
/** As the event has room for it. */
const reasonCharactersMax = 56;

const usage = `Shows what waits for a maintainer: webhooks that are held, unreadable or ignored, money in suspense, and
gifts that do not settle.

  npm run waiting                                lists all of it
  npm run waiting -- show <source> <id>          shows one: a webhook with its body, a payment with its events
  npm run waiting -- retry <source> <delivery>   tries now to book a webhook that is held or was ignored
  npm run waiting -- close <source> <id> --reason TEXT
                                                 gives a webhook up for good; or takes a payment out of
                                                 suspense that is no gift, and out of the books;
                                                 what the provider took beyond it is borne by the
                                                 infrastructure fund

  source             ${providers.join(", ")}
  id                 the delivery of a webhook, or the payment, as the list shows it
  --reason TEXT      why it is closed, at most ${reasonCharactersMax} characters; the ledger records it
  --maintainer NAME  who closes it (default: your login name)
${tool.commonUsage}`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ...tool.commonOptions,
    reason: { type: "string", default: "" },
    maintainer: { type: "string" },
  },
});

if (options.help) console.log(usage);
else await waiting();

interface Name {
  readonly provider: Provider;
  readonly id: string;
}

async function waiting(): Promise<void> {
  refuseExtraWords(positionals, 3);
  const [verb = "list", source, id] = positionals;
  if (verb === "list") return list();
  const provider = providers.find((each) => each === source);
  if (provider === undefined || id === undefined) {
    throw new Refusal("Name the source and the id, as the list shows them. See --help.");
  }
  const name = { provider, id: id.normalize("NFC") };
  switch (verb) {
    case "show":
      return show(name);
    case "retry":
      return retry(name);
    case "close":
      return close(name);
    default:
      throw new Refusal("The first argument must be list, show, retry or close. See --help.");
  }
}

async function list(): Promise<void> {
  const now = systemClock.now();
  const items = await tool.withLedger(options.data, ({ readDb }) =>
    // Also what came in this very millisecond.
    listWaiting(readDb, { before: plusMs(now, 1), now }),
  );
  if (options.json) return console.log(JSON.stringify({ items }));
  for (const { kind, source, id, since, sums, reason, nextTryBy } of items) {
    const sum = sums.map(({ amount, currency }) => `${amount} ${currency}, `).join("");
    const again = nextTryBy === null ? "" : `; tried again by ${nextTryBy}`;
    console.log(`${kind} ${source} ${id}\n    since ${since}, ${sum}${reason}${again}`);
  }
  console.log(`${items.length} items wait.`);
}

async function findWebhook({ ledger }: tool.LedgerTool, { provider, id }: Name) {
  const source = webhookProviderSchema.safeParse(provider).data;
  const name = source && webhookNameSchema.safeParse({ provider: source, deliveryId: id }).data;
  if (name === undefined) return undefined;
  const loaded = await load(ledger.store, webhookDecider, name);
  const [received] = loaded.events;
  if (received?.event.type !== "WebhookReceived") return undefined;
  return { ...loaded, name, received: { ...received, event: received.event } };
}

function historyOf(events: readonly StoredEvent[]) {
  return events.map(({ event: { type, data } }) => ({ type, ...data.public, ...data.private }));
}

async function show(name: Name): Promise<void> {
  const shown = await tool.withLedger(options.data, async (opened) => {
    const { ledger } = opened;
    const webhook = await findWebhook(opened, name);
    if (webhook !== undefined) {
      const body = await openField(ledger.vault, webhook.received, "body");
      return { history: historyOf(webhook.events), body: body ?? "its key is destroyed" };
    }
    const about = { provider: name.provider, externalId: name.id };
    const { events } = await load(ledger.store, donationDecider, about);
    if (events.length === 0) throw new Refusal("There is no such webhook or payment.");
    return { history: historyOf(events) };
  });
  console.log(options.json ? JSON.stringify(shown) : JSON.stringify(shown, null, 2));
}

async function retry(name: Name): Promise<void> {
  const state = await tool.withLedger(options.data, async (opened) => {
    const { ledger, vaultDb, config } = opened;
    const webhook = await findWebhook(opened, name);
    if (webhook === undefined) throw new Refusal("There is no such webhook.");
    await reopen(opened, webhook.name);
    const booking = { ledger, vaultDb, payments: openPayments(config), clock: systemClock };
    await bookWebhook(booking, webhook.name);
    return (await load(ledger.store, webhookDecider, webhook.name)).state;
  });
  const waitsFor = state.status === "open" ? (state.waitsFor ?? "its turn") : null;
  if (options.json) return console.log(JSON.stringify({ ...name, waitsFor }));
  if (waitsFor !== null) console.log(`It still waits for ${waitsFor}.`);
  else console.log(state.status === "ignored" ? `It is ignored: ${state.reason}.` : "It is done.");
}

/** What was ignored is looked at anew, or closed by a maintainer's own word. */
async function reopen({ ledger }: tool.LedgerTool, name: WebhookName): Promise<void> {
  const context = tool.contextOfMaintainer(newId(), options.maintainer);
  const command = { type: "ReopenWebhook" as const, ...name, at: context.at };
  await handle(ledger, webhookDecider, command, context);
}

async function close(name: Name): Promise<void> {
  if (options.reason.trim() === "" || options.reason.length > reasonCharactersMax) {
    throw new Refusal(`Say why with --reason, in at most ${reasonCharactersMax} characters.`);
  }
  const reason = readLine("--reason", options.reason);
  const { provider, id } = name;
  const commandId = providerCommandId(provider, `close ${id}`);
  const context = tool.contextOfMaintainer(commandId, options.maintainer);
  const isNew = await tool.withLedger(options.data, async (opened) => {
    const webhook = await findWebhook(opened, name);
    if (webhook === undefined) {
      return closeSuspense(opened.ledger, { provider, externalId: id, reason }, context);
    }
    const { state } = webhook;
    if (state.status === "ignored" && !state.reason.startsWith(closedMark)) {
      await reopen(opened, webhook.name);
    }
    const ignore = { type: "IgnoreWebhook" as const, ...webhook.name, at: context.at };
    const closing = { ...ignore, reason: `${closedMark}${reason}` };
    return (await handle(opened.ledger, webhookDecider, closing, context)).position !== undefined;
  });
  if (options.json) return console.log(JSON.stringify({ isNew, ...name, actor: context.actor }));
  console.log(isNew ? `Closed by ${context.actor}.` : "It was done already: nothing was added.");
}
