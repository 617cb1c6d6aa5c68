import { execFile } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { newId } from "../../../platform/ids.js";
import { launcher } from "../../../platform/process/launcher.js";
import { stripeHeader } from "../../support/payments.js";
import * as provider from "../../support/providerEvents.js";
import type { AcceptedOf } from "./accepted.js";
import type { Load } from "./load.js";
import { callUntilAnswered } from "./persistentCall.js";
import { feeIdOf, type Gift } from "./stripeStandIn.js";

const amountMinorMin = 200;
const again = 4;
/** A gift of long ago would be thanked for no more. */
const now = () => ({ created: Math.floor(Date.now() / 1000) });

/** A pledge, its payment and its fee, as the provider tells them: in any order, some of them twice. */
export async function giveMoney(load: Load): Promise<void> {
  const { random } = load;
  const amountMinor = amountMinorMin + random.below(9_000);
  const gift = { intent: `pi_${newId()}`, amountMinor, feeMinor: 25 + random.below(50) };
  load.provider.know(gift);
  const pledgeId = await pledge(load, gift);
  const reports = [
    { tells: "payment" as const, event: paymentOf(gift, pledgeId) },
    { tells: "fee" as const, event: feeOf(gift) },
  ];
  const inOrder = random.below(again) === 0 ? reports.toReversed() : reports;
  for (const report of inOrder) {
    await deliver(load, gift, report);
    if (random.below(again) === 0) await deliver(load, gift, report);
  }
}

async function pledge({ url, account, accepted }: Load, gift: Gift): Promise<string> {
  const answer = await callUntilAnswered({
    method: "POST",
    url: `${url}/api/v1/donate`,
    headers: { "x-api-key": account.apiKey, "idempotency-key": newId() },
    body: JSON.stringify({ amount: (gift.amountMinor / 100).toFixed(2), currency: "EUR" }),
  });
  if (answer.status !== 201) throw new Error(`A pledge: ${answer.status} ${answer.code}.`);
  const id = String(answer.data["donation_id"]);
  accepted.add({ what: "pledged", id });
  return id;
}

/** Each donor has an address of their own, or there would be too many mails to one. */
function paymentOf({ intent, amountMinor }: Gift, pledgeId: string) {
  const paid = { amount: amountMinor, currency: "eur", pledgeId };
  const receipt_email = `${intent.slice(3, 11)}@example.org`;
  const object = { ...provider.paymentIntent(intent, paid), receipt_email };
  return provider.stripeEvent("payment_intent.succeeded", object, now());
}

const feeOf = (gift: Gift) =>
  provider.stripeEvent("charge.updated", provider.charge(gift.intent, feeIdOf(gift)), now());

async function deliver(
  { url, stripeSecret: secret, accepted }: Load,
  gift: Gift,
  { tells, event }: { tells: AcceptedOf<"webhook">["tells"]; event: { id: string } },
): Promise<void> {
  const body = JSON.stringify(event);
  const headers = { "stripe-signature": stripeHeader(body, { secret }) };
  const call = { method: "POST", url: `${url}/webhooks/stripe`, headers, body } as const;
  const { status, code } = await callUntilAnswered(call);
  if (status !== 200) throw new Error(`A webhook was answered with ${status} ${code}.`);
  accepted.add({ what: "webhook", delivery: event.id, tells, ...gift });
}

const commandMsMax = 60_000;
const attemptsMax = 30;
const retryMs = 500;
const run = promisify(execFile);

/** A maintainer's command, entered again until it says that the ledger has it. */
export async function payExpense({ accepted, random, toolEnvironment }: Load): Promise<void> {
  const amountMinor = 1 + random.below(99);
  const amount = (amountMinor / 100).toFixed(2);
  const words = ["expense", "infrastructure", "stripe", amount, "EUR", "--reason", "a server"];
  const about = [
    "--evidence",
    "package.json",
    "--maintainer",
    "chaos",
    "--reference",
    newId(),
    "--yes",
  ];
  const args = [launcher, "scripts/treasury.ts", ...words, ...about, "--json"];
  const options = { env: toolEnvironment, timeout: commandMsMax };
  let failure: unknown;
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    try {
      const { stdout } = await run(process.execPath, args, options);
      const { treasuryId } = JSON.parse(stdout);
      accepted.add({ what: "expense", id: treasuryId, amountMinor });
      return;
    } catch (error) {
      failure = error;
      await pause(retryMs);
    }
  }
  throw new Error("An expense could not be entered.", { cause: failure });
}
