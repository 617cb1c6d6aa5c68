/** Shows what waits for a maintainer. See `usage`. */
import { parseArgs } from "node:util";
import { handle, load } from "../commands/handle.js";
import { webhookDecider } from "../domain/webhook/decider.js";
import { webhookProviderSchema } from "../domain/webhook/events.js";
import { providerCommandId } from "../platform/ids.js";
import { openPayments } from "../platform/payments/payments.js";
import { systemClock } from "../platform/process/clock.js";
import { Refusal } from "../platform/process/refusal.js";
import { openField } from "../platform/vault/openField.js";
import { bookWebhook, type WebhookName } from "../workers/book/bookWebhook.js";
import * as tool from "./money/ledgerTool.js";
import { refuseExtraWords } from "./money/refuseExtraWords.js";
import { waitingItems } from "./money/waitingItems.js";

const usage = `Shows what waits for a maintainer: webhooks that are held, unreadable or ignored, and money in suspense.

  npm run waiting                                    lists all of it
  npm run waiting -- show <source> <delivery>        shows one webhook, with its body
  npm run waiting -- retry <source> <delivery>       tries now to book one that is held
  npm run waiting -- close <source> <delivery> --reason TEXT
                                                     gives one up for good

  source             stripe, paypal, github
  --reason TEXT      why it is given up, at most 56 characters; the ledger records it
  --maintainer NAME  who gives it up (default: your login name)
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

async function waiting(): Promise<void> {
  refuseExtraWords(positionals, 3);
  const [verb = "list", source, deliveryId] = positionals;
  if (verb === "list") return list();
  const provider = webhookProviderSchema.safeParse(source).data;
  if (provider === undefined || deliveryId === undefined) {
    throw new Refusal("Name the source and the delivery, as the list shows them. See --help.");
  }
  const name = { provider, deliveryId };
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
  const items = await tool.withLedger(options.data, ({ readDb }) =>
    waitingItems(readDb, systemClock.now()),
  );
  if (options.json) return console.log(JSON.stringify({ items }));
  for (const { kind, source, id, since, sum, reason, nextTryBy } of items) {
    const again = nextTryBy === null ? "" : `; tried again by ${nextTryBy}`;
    console.log(`${kind} ${source} ${id}\n    since ${since} ${sum ?? ""} ${reason}${again}`);
  }
  console.log(`${items.length} items wait.`);
}

/** @throws Refusal when there is no such webhook */
async function find({ ledger }: tool.LedgerTool, name: WebhookName) {
  const loaded = await load(ledger.store, webhookDecider, name);
  const [received] = loaded.events;
  if (received?.event.type !== "WebhookReceived") throw new Refusal("There is no such webhook.");
  return { ...loaded, received: { ...received, event: received.event } };
}

async function show(name: WebhookName): Promise<void> {
  const shown = await tool.withLedger(options.data, async (opened) => {
    const { events, received } = await find(opened, name);
    const body = await openField(opened.ledger.vault, received, "body");
    const history = events.map(({ event }) => ({ type: event.type, ...event.data.private }));
    return { history, body: body ?? "its key is destroyed" };
  });
  console.log(options.json ? JSON.stringify(shown) : JSON.stringify(shown, null, 2));
}

async function retry(name: WebhookName): Promise<void> {
  const state = await tool.withLedger(options.data, async (opened) => {
    const { ledger, config } = opened;
    await find(opened, name);
    await bookWebhook({ ledger, payments: openPayments(config), clock: systemClock }, name);
    return (await find(opened, name)).state;
  });
  const waitsFor = state.status === "open" ? (state.waitsFor ?? "its turn") : null;
  if (options.json) return console.log(JSON.stringify({ ...name, waitsFor }));
  console.log(waitsFor === null ? "It is done." : `It still waits for ${waitsFor}.`);
}

const reasonCharactersMax = 56;

async function close(name: WebhookName): Promise<void> {
  const reason = options.reason.trim();
  if (reason === "" || reason.length > reasonCharactersMax) {
    throw new Refusal(`Say why with --reason, in at most ${reasonCharactersMax} characters.`);
  }
  const commandId = providerCommandId(name.provider, `close ${name.deliveryId}`);
  const context = tool.contextOfMaintainer(commandId, options.maintainer);
  const isNew = await tool.withLedger(options.data, async (opened) => {
    await find(opened, name);
    const ignore = { type: "IgnoreWebhook" as const, ...name, at: context.at };
    const closing = { ...ignore, reason: `closed: ${reason}` };
    const { position } = await handle(opened.ledger, webhookDecider, closing, context);
    return position !== undefined;
  });
  if (options.json) return console.log(JSON.stringify({ isNew, ...name, actor: context.actor }));
  console.log(isNew ? `Closed by ${context.actor}.` : "It was done already: nothing was added.");
}
