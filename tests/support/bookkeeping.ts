import { donationDecider } from "../../domain/donation/decider.js";
import { type DonationEvent, donationStream } from "../../domain/donation/events.js";
import type { DonationState } from "../../domain/donation/state.js";
import { DomainError } from "../../domain/errors.js";
import type { Draft } from "../../domain/message.js";
import { Amount } from "../../domain/money/money.js";
import type { Posting } from "../../domain/money/postings.js";
import { commandFor } from "../../domain/providers/booking.js";
import { type Fact, resourceKey, type Translation } from "../../domain/providers/facts.js";
import { type TranslationRules, translate } from "../../domain/providers/translate.js";
import type { WebhookProvider } from "../../domain/webhook/events.js";
import { stored } from "./deciderSpec.js";
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
 * What a delivery means, by what was looked up for it. Translating is pure, so ledgers that are
 * told the same, with the same resources, may share it.
 */
export type Translations = Map<object, Map<string, Translation>>;

interface Stream {
  readonly state: DonationState;
  readonly events: readonly Draft<DonationEvent>[];
}
const emptyStream = (): Stream => ({ state: donationDecider.initialState(), events: [] });

/**
 * A ledger in memory: translators and deciders as they are, streams in a map. What can be looked up
 * at the providers is `resources`; each is found from its nth look on.
 */
export class Bookkeeping {
  readonly streams = new Map<string, Stream>();
  /** Sums of all postings so far: kept up to date, since they are looked at after each delivery. */
  readonly balances = new Map<string, Map<string, InstanceType<typeof Amount>>>();
  #booked = 0;
  readonly #translations: Translations;
  readonly #waiting: Delivery[] = [];
  readonly #resources: ReadonlyMap<string, unknown>;
  readonly #delays: ReadonlyMap<string, number>;
  readonly #looks = new Map<string, number>();
  readonly #allowedCurrencies: ReadonlySet<string>;

  constructor(
    resources: ReadonlyMap<string, unknown>,
    allowedCurrencies: ReadonlySet<string>,
    delays: ReadonlyMap<string, number> = new Map(),
    translations: Translations = new Map(),
  ) {
    this.#translations = translations;
    this.#resources = resources;
    this.#allowedCurrencies = allowedCurrencies;
    this.#delays = delays;
  }

  get postings(): Posting[] {
    return [...this.streams.values()].flatMap(({ events }) => postingsIn(events));
  }
  get waiting(): number {
    return this.#waiting.length;
  }

  /** True when something moved. */
  deliver(delivery: Delivery): boolean {
    const before = this.#booked;
    if (!this.#book(delivery)) this.#waiting.push(delivery);
    return this.#booked > before;
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
    const resources = new Map<string, unknown>();
    for (let look = 0; look < lookUpsMax; look += 1) {
      const translation = this.#translateOnce({ provider, body }, resources);
      if (translation.kind !== "held") return translation;
      const key = resourceKey(translation.waitsFor);
      const looks = (this.#looks.get(key) ?? 0) + 1;
      this.#looks.set(key, looks);
      if (looks <= (this.#delays.get(key) ?? 0) || !this.#resources.has(key)) return translation;
      resources.set(key, this.#resources.get(key));
    }
    throw new Error("Looks up for ever.");
  }

  #translateOnce(
    { provider, body }: Delivery,
    resources: ReadonlyMap<string, unknown>,
  ): Translation {
    const known = this.#translations.get(body) ?? new Map<string, Translation>();
    const key = [...resources.keys()].join();
    const translation =
      known.get(key) ?? translate({ provider, body, receivedAt: at, resources }, rules);
    this.#translations.set(body, known.set(key, translation));
    return translation;
  }

  #bookFact(provider: WebhookProvider, fact: Fact): void {
    const stream = donationStream(provider, fact.externalId);
    const { state, events } = this.streams.get(stream) ?? emptyStream();
    const pledged = fact.kind === "received" && fact.pledgeId !== undefined;
    const giver = pledged ? { pledgeId: fact.pledgeId } : {};
    const context = { provider, at, allowedCurrencies: this.#allowedCurrencies };
    const command = commandFor(fact, context, giver);
    const added = donationDecider.decide(command, state);
    if (added.length === 0) return;
    const next = added.map((draft) => stored<DonationEvent>(draft));
    this.streams.set(stream, {
      state: next.reduce(donationDecider.evolve, state),
      events: [...events, ...added],
    });
    this.#booked += added.length;
    for (const posting of postingsIn(added)) this.#addUp(posting);
  }

  #addUp({ account, amount, currency }: Posting): void {
    const ofAccount = this.balances.get(account) ?? new Map<string, InstanceType<typeof Amount>>();
    ofAccount.set(currency, new Amount(amount).plus(ofAccount.get(currency) ?? 0));
    this.balances.set(account, ofAccount);
  }
}
