import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eventsByCategory, type LedgerEvent } from "../../domain/ledger.js";
import {
  aboutThing,
  type Category,
  categories,
  exampleOf,
  foldingOf,
} from "../support/aggregates.js";

/**
 * `evolve` may change its state in place. These tests hold it to what that must not change (the
 * result, the events) and to what it is for (no cost that grows with the stream).
 */

const thingsMax = 4;

/** Every kind of event of a category. A gift lies in suspense or not, and is folded differently. */
const kindsOf = (category: Category): LedgerEvent[] =>
  eventsByCategory[category].map((each) => exampleOf(each)).flatMap(variantsOf);

const variantsOf = (event: LedgerEvent): LedgerEvent[] =>
  event.type === "DonationReceived" ? [event, inSuspense(event)] : [event];

const inSuspense = <Event extends LedgerEvent>(event: Event): Event => ({
  ...event,
  data: { ...event.data, public: { ...event.data.public, standing: "suspense" } },
});

/** Any of them in any order, about few enough things that they meet. */
const eventsOf = (category: Category) =>
  fc.array(
    fc
      .tuple(fc.constantFrom(...kindsOf(category)), fc.nat({ max: thingsMax }))
      .map(([event, thing]) => aboutThing(event, thing)),
    { maxLength: 60 },
  );

describe.each(categories)("folding the events of %s", (category) => {
  const { initialState, evolve } = foldingOf(category);
  const fold = (events: readonly LedgerEvent[]) => events.reduce(evolve, initialState());

  it("in place ends where folding into copies ends, and leaves the events alone", () => {
    const property = fc.property(eventsOf(category), (events) => {
      const asStored = structuredClone(events);
      let copied = initialState();
      for (const event of asStored) copied = evolve(structuredClone(copied), event);
      expect(fold(events)).toEqual(copied);
      expect(events).toEqual(asStored);
    });
    fc.assert(property);
  });

  it("twice shares nothing", () => {
    const property = fc.property(eventsOf(category), eventsOf(category), (one, other) => {
      const first = fold(one);
      const asSeen = structuredClone(first);
      fold(other);
      expect(first).toEqual(asSeen);
    });
    fc.assert(property);
  });

  it("costs no more per event at 100 000 events than at 20 000", { timeout: 180_000 }, () => {
    const [opening] = eventsByCategory[category];
    for (const kind of kindsOf(category)) {
      const many = Array.from({ length: 99_999 }, (_, thing) => aboutThing(kind, thing));
      for (const opener of variantsOf(exampleOf(opening))) {
        const events = [opener, ...many];
        const shortMs = cheapestOf(() => fold(events.slice(0, 20_000)));
        const longMs = cheapestOf(() => fold(events));
        // Copying costs 25 times as much for 5 times the events. Under 10 ms only noise is measured.
        expect(longMs, `many of ${kind.type}`).toBeLessThan(15 * Math.max(shortMs, 10));
      }
    }
  });
});

/** In milliseconds of the processor, which a busy machine does not stretch. */
function cheapestOf(work: () => unknown): number {
  const costs = Array.from({ length: 2 }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return Math.min(...costs);
}
