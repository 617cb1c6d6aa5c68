import { donationDecider } from "../../domain/donation/decider.js";
import { type DonationEvent, donationStream } from "../../domain/donation/events.js";
import { DomainError } from "../../domain/errors.js";
import type { Draft } from "../../domain/message.js";
import type { Posting } from "../../domain/money/postings.js";
import { commandFor } from "../../domain/providers/booking.js";
import { type Fact, resourceKey, type Translation } from "../../domain/providers/facts.js";
import { type TranslationRules, translate } from "../../domain/providers/translate.js";
import type { WebhookProvider } from "../../domain/webhook/events.js";
import { stateAfter } from "./deciderSpec.js";
import { at, postingsIn } from "./donations.js";

export interface Delivery {
  readonly provider: WebhookProvider;
  readonly body: object;
}

export const rules: TranslationRules = {
  live: false,
  paypalMerchantId: undefined,
  githubSponsorable: "obsidian",
};
const lookUpsMax = 5;

/**
 * A ledger in memory: translators and deciders as they are, streams in a map. What can be looked up
 * at the providers is `resources`; each is found from its nth look on.
 */
export class Bookkeeping {
  readonly streams = new Map<string, Draft<DonationEvent>[]>();
  readonly #waiting: Delivery[] = [];
  readonly #resources: ReadonlyMap<string, unknown>;
  readonly #delays: ReadonlyMap<string, number>;
  readonly #looks = new Map<string, number>();
  readonly #allowedCurrencies: ReadonlySet<string>;

  constructor(
    resources: ReadonlyMap<string, unknown>,
    allowedCurrencies: ReadonlySet<string>,
    delays: ReadonlyMap<string, number> = new Map(),
  ) {
    this.#resources = resources;
    this.#allowedCurrencies = allowedCurrencies;
    this.#delays = delays;
  }

  get postings(): Posting[] {
    return [...this.streams.values()].flatMap(postingsIn);
  }
  get waiting(): number {
    return this.#waiting.length;
  }

  deliver(delivery: Delivery): void {
    if (!this.#book(delivery)) this.#waiting.push(delivery);
  }

  /** Looks at all that is held, as the sweep does; true while something still moves. */
  sweep(): boolean {
    const held = this.#waiting.splice(0);
    for (const delivery of held) this.deliver(delivery);
    return this.#waiting.length < held.length;
  }

  #book({ provider, body }: Delivery): boolean {
    const translation = this.#translate({ provider, body });
    if (translation.kind === "held") return false;
    if (translation.kind !== "facts") return true;
    try {
      for (const fact of translation.facts) this.#bookFact(provider, fact);
    } catch (error) {
      if (error instanceof DomainError && error.code === "DONATION_NOT_FOUND") return false;
      throw error;
    }
    return translation.waitsFor === undefined;
  }

  #translate({ provider, body }: Delivery): Translation {
    const looked = new Map<string, unknown>();
    for (let look = 0; look < lookUpsMax; look += 1) {
      const translation = translate({ provider, body, receivedAt: at, looked }, rules);
      if (translation.kind !== "held") return translation;
      const key = resourceKey(translation.waitsFor);
      const looks = (this.#looks.get(key) ?? 0) + 1;
      this.#looks.set(key, looks);
      if (looks <= (this.#delays.get(key) ?? 0) || !this.#resources.has(key)) return translation;
      looked.set(key, this.#resources.get(key));
    }
    throw new Error("Looks up for ever.");
  }

  #bookFact(provider: WebhookProvider, fact: Fact): void {
    const stream = donationStream(provider, fact.externalId);
    const past = this.streams.get(stream) ?? [];
    const pledged = fact.kind === "received" && fact.pledgeId !== undefined;
    const giver = pledged ? { pledgeId: fact.pledgeId } : {};
    const context = { provider, at, allowedCurrencies: this.#allowedCurrencies };
    const command = commandFor(fact, context, giver);
    const events = donationDecider.decide(command, stateAfter(donationDecider, past));
    this.streams.set(stream, [...past, ...events]);
  }
}
