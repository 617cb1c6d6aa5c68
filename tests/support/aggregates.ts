import { readFileSync } from "node:fs";
import { booksDecider } from "../../domain/books/decider.js";
import { checkpointDecider } from "../../domain/checkpoint/decider.js";
import { distributionDecider } from "../../domain/distribution/decider.js";
import { donationDecider } from "../../domain/donation/decider.js";
import { enrolmentDecider } from "../../domain/enrolment/decider.js";
import { generationDecider } from "../../domain/generation/decider.js";
import { keysDecider } from "../../domain/keys/decider.js";
import { decodeEvent, type eventsByCategory, type LedgerEvent } from "../../domain/ledger.js";
import { nodeDecider } from "../../domain/node/decider.js";
import { operatorDecider } from "../../domain/operator/decider.js";
import { payableDecider } from "../../domain/payable/decider.js";
import { payoutBatchDecider } from "../../domain/payoutBatch/decider.js";
import { pledgeDecider } from "../../domain/pledge/decider.js";
import { quotaDecider } from "../../domain/quota/decider.js";
import { sharesDecider } from "../../domain/shares/decider.js";
import { soundDecider } from "../../domain/sound/decider.js";
import { treasuryDecider } from "../../domain/treasury/decider.js";
import { userDecider } from "../../domain/user/decider.js";
import { vaultDecider } from "../../domain/vault/decider.js";
import { webhookDecider } from "../../domain/webhook/decider.js";

export type Category = keyof typeof eventsByCategory;

/** Every aggregate there is, by the kind of its streams. */
const aggregates = {
  books: booksDecider,
  user: userDecider,
  quota: quotaDecider,
  generation: generationDecider,
  node: nodeDecider,
  keys: keysDecider,
  checkpoint: checkpointDecider,
  vault: vaultDecider,
  webhook: webhookDecider,
  donation: donationDecider,
  pledge: pledgeDecider,
  treasury: treasuryDecider,
  sound: soundDecider,
  enrolment: enrolmentDecider,
  operator: operatorDecider,
  distribution: distributionDecider,
  shares: sharesDecider,
  payable: payableDecider,
  payoutBatch: payoutBatchDecider,
} as const satisfies Record<Category, unknown>;

export const categories = Object.keys(aggregates) as Category[];

/** How any of them folds: only its own events are handed to it. */
interface Folding {
  readonly initialState: () => unknown;
  readonly evolve: (state: unknown, event: LedgerEvent) => unknown;
}
export const foldingOf = (category: Category): Folding =>
  aggregates[category] as unknown as Folding;

/** By which fields an aggregate tells one thing in its streams from another. */
const nameFields = [
  "generationId",
  "keyId",
  "leaseId",
  "payeeId",
  "payoutId",
  "disputeId",
  "moneyKey",
  "refundKey",
  "kid",
];

/** An event of this type, as one was stored. */
export function exampleOf({ type }: { readonly type: string }): LedgerEvent {
  const file = new URL(`../fixtures/events/${type}.v1.json`, import.meta.url);
  return decodeEvent(type, JSON.parse(readFileSync(file, "utf8")), 1);
}

/** The same about another thing, named by a number. */
export function aboutThing(event: LedgerEvent, thing: number): LedgerEvent {
  const { public: shown, private: hidden } = event.data;
  const data = { ...event.data, public: named(shown, thing), private: named(hidden, thing) };
  return { ...event, data } as LedgerEvent;
}

function named(fields: object, thing: number): object {
  const names = nameFields.filter((name) => name in fields);
  return { ...fields, ...Object.fromEntries(names.map((name) => [name, `${thing}`])) };
}
