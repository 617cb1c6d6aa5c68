import { expect } from "vitest";
import type { DomainErrorCode } from "../../domain/errors.js";
import type { LedgerEvent } from "../../domain/ledger.js";
import type { Decider, Draft, SealedValue } from "../../domain/message.js";

/**
 * given(past events).when(command).thenEvents(new events) | .thenNothing() | .thenRejects(code).
 * Past events are written as drafts and stored with placeholders for what is sealed.
 */
export function deciderSpec<State, Command, Event extends LedgerEvent>(
  decider: Decider<State, Command, Event>,
) {
  return (...past: Draft<Event>[]) => ({
    when(command: Command) {
      const run = () => decider.decide(command, stateAfter(decider, past));
      return {
        thenEvents: (...expected: Draft<Event>[]) => expect(run()).toEqual(expected),
        thenNothing: () => expect(run()).toEqual([]),
        thenRejects: (code: DomainErrorCode) =>
          expect(run).toThrow(expect.objectContaining({ code })),
      };
    },
  });
}

export const stateAfter = <State, Command, Event extends LedgerEvent>(
  { evolve, initialState }: Decider<State, Command, Event>,
  drafts: readonly Draft<Event>[],
): State => drafts.map((draft) => stored<Event>(draft)).reduce(evolve, initialState());

/** A draft as it would lie in the store, with placeholders for salt and sealed values. */
export function stored<Event extends LedgerEvent>(draft: Draft<Event>): Event {
  const sealed = Object.fromEntries(Object.keys(draft.sealed).map((field) => [field, placeholder]));
  const data = { public: draft.public, private: draft.private, sealed, salt: "A".repeat(43) };
  return { type: draft.type, data } as unknown as Event;
}

const placeholder: SealedValue = {
  v: 1,
  keyId: "00000000-0000-4000-8000-000000000000",
  nonce: "AAAAAAAAAAAAAAAA",
  ct: "AAAA",
};
