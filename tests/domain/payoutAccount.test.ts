import { describe, expect, it } from "vitest";
import { dailyPayoutChangesMax, day, payoutHoldMs } from "../../domain/limits.js";
import type { Draft, Secret } from "../../domain/message.js";
import { moneyOf } from "../../domain/money/money.js";
import type {
  LinkPayoutAccount,
  OperatorCommand,
  VerifyPayoutAccount,
} from "../../domain/operator/commands.js";
import { operatorDecider } from "../../domain/operator/decider.js";
import type { OperatorEvent } from "../../domain/operator/events.js";
import { isFormDue, payoutAccountOf, payoutHoldsOf } from "../../domain/operator/holds.js";
import type { PayoutMethod, PayoutProof } from "../../domain/operator/payoutMethods.js";
import { plusMs } from "../../domain/time.js";
import { deciderSpec, stateAfter } from "../support/deciderSpec.js";
import { idOf } from "../support/generations.js";

const given = deciderSpec(operatorDecider);
const operatorId = idOf(1);
const at = "2026-12-03T09:30:00.000Z";
const about = { operatorId, at };
const why = { reason: "Called back.", evidenceSha256: "a".repeat(64) };
const secret = (text: string): Secret => ({ personId: operatorId, purpose: "payee", text });
const [first, second] = [idOf(10), idOf(11)];
const payee = { payeeId: idOf(20), isOthers: false };

const link = (accountId: string, method: PayoutMethod = "sepa"): LinkPayoutAccount => ({
  type: "LinkPayoutAccount",
  ...about,
  ...{ accountId, method, country: "DE", destination: secret("DE89370400440532013000") },
});
const verify = (accountId: string, proof: PayoutProof, of = payee): VerifyPayoutAccount => ({
  type: "VerifyPayoutAccount",
  ...{ ...about, accountId, proof, payee: of },
});
const freeze = (linkId?: string): OperatorCommand => ({
  type: "FreezePayouts",
  ...about,
  ...(linkId !== undefined && { linkId }),
});
const unfreeze: OperatorCommand = { type: "UnfreezePayouts", ...about, ...why };
const remove: OperatorCommand = { type: "RemovePayoutAccount", ...about };
const doubt: OperatorCommand = { type: "DoubtPayoutAccount", ...about, accountId: first };
const details: OperatorCommand = {
  type: "GivePayeeDetails",
  ...about,
  ...{ legalName: secret("Ana Moreno"), country: secret("DE"), standing: secret("private") },
};
const form: OperatorCommand = { type: "ReceivePayeeForm", ...about, ...why };

/** What the stream holds after these commands. */
function eventsOf(...commands: OperatorCommand[]): Draft<OperatorEvent>[] {
  const events: Draft<OperatorEvent>[] = [];
  for (const command of commands) {
    events.push(...operatorDecider.decide(command, stateAfter(operatorDecider, events)));
  }
  return events;
}
const stateOf = (...commands: OperatorCommand[]) =>
  stateAfter(operatorDecider, eventsOf(...commands));
const accountOf = (...commands: OperatorCommand[]) => payoutAccountOf(stateOf(...commands));
const inForce = [link(first), verify(first, "owner-mail")] as const;

describe("a payout account", () => {
  it("is in force with the last of its proofs, whichever comes first", () => {
    expect(accountOf(link(first, "paypal"))).toBeUndefined();
    expect(accountOf(link(first, "paypal"), verify(first, "owner-mail"))).toBeUndefined();
    const account = { accountId: first, method: "paypal", country: "DE", since: at };
    const both = [verify(first, "owner-mail"), verify(first, "paypal-mail")] as const;
    for (const proofs of [both, both.toReversed()]) {
      const found = accountOf(link(first, "paypal"), ...proofs);
      expect(found).toEqual({ ...account, payeeId: payee.payeeId });
    }
  });
  it("names the payee once it is in force, and not before", () => {
    const about = { operatorId, at, accountId: first };
    given(...eventsOf(link(first, "paypal")))
      .when(verify(first, "paypal-mail"))
      .thenEvents(verified({ ...about, proof: "paypal-mail", isEffective: false, ...payee }));
    given(...eventsOf(link(first, "paypal"), verify(first, "paypal-mail")))
      .when(verify(first, "owner-mail"))
      .thenEvents(verified({ ...about, proof: "owner-mail", isEffective: true }), {
        type: "PayeeLinked",
        public: {},
        private: { operatorId, at, payeeId: payee.payeeId },
        sealed: {},
      });
  });
  it("stays while another waits for its proofs", () => {
    expect(accountOf(...inForce, link(second))?.accountId).toBe(first);
    expect(accountOf(...inForce, link(second), verify(second, "owner-mail"))?.accountId).toBe(
      second,
    );
  });
  it("that was replaced before it was proven is never in force", () => {
    given(...eventsOf(link(first), link(second)))
      .when(verify(first, "owner-mail"))
      .thenRejects("PAYOUT_ACCOUNT_REPLACED");
    given(...eventsOf(link(first), remove))
      .when(verify(first, "owner-mail"))
      .thenRejects("PAYOUT_ACCOUNT_REPLACED");
  });
  it("takes no proof of another kind of account", () => {
    given(...eventsOf(link(first, "stripe")))
      .when(verify(first, "paypal-mail"))
      .thenRejects("PAYOUT_ACCOUNT_REPLACED");
    expect(accountOf(link(first, "manual"), verify(first, "maintainer"))?.method).toBe("manual");
    given(...eventsOf(link(first)))
      .when(verify(first, "maintainer"))
      .thenRejects("PAYOUT_ACCOUNT_REPLACED");
  });
  it("is named, proven, frozen and removed once each", () => {
    given(...eventsOf(link(first)))
      .when(link(first))
      .thenNothing();
    given(...eventsOf(...inForce))
      .when(verify(first, "owner-mail"))
      .thenNothing();
    given(...eventsOf(freeze()))
      .when(freeze())
      .thenNothing();
    given(...eventsOf(...inForce, remove))
      .when(remove)
      .thenNothing();
    given(...eventsOf(details, form))
      .when(form)
      .thenNothing();
    given().when(unfreeze).thenNothing();
  });
  it("can be named only so often in a day", () => {
    const many = Array.from({ length: dailyPayoutChangesMax }, (_, n) => link(idOf(100 + n)));
    given(...eventsOf(...many))
      .when(link(second))
      .thenRejects("TOO_MANY_CHANGES");
    given(...eventsOf(...many))
      .when(details)
      .thenRejects("TOO_MANY_CHANGES");
    const tomorrow = { ...link(second), at: plusMs(at, day) };
    expect(accountOf(...many, tomorrow)).toBeUndefined();
  });
  it("that Stripe takes back can be paid again once Stripe says so", () => {
    const stripe = [link(first, "stripe"), verify(first, "stripe"), verify(first, "owner-mail")];
    expect(codesOf(...stripe, details, doubt)).toContain("UNVERIFIED");
    expect(codesOf(...stripe, details, doubt, verify(first, "stripe"))).not.toContain("UNVERIFIED");
    given(...eventsOf(...stripe, doubt))
      .when(doubt)
      .thenNothing();
    const early = [link(first, "stripe"), verify(first, "stripe"), doubt];
    expect(accountOf(...early, verify(first, "owner-mail"))).toBeUndefined();
  });
});

describe("a freeze", () => {
  it("drops the account that waits", () => {
    given(...eventsOf(link(first), freeze()))
      .when(verify(first, "owner-mail"))
      .thenRejects("PAYOUT_ACCOUNT_REPLACED");
  });
  it("is not repeated by the link of a mail once it was lifted", () => {
    given(...eventsOf(freeze(idOf(30))))
      .when(freeze(idOf(30)))
      .thenNothing();
    given(...eventsOf(freeze(idOf(30)), unfreeze))
      .when(freeze(idOf(30)))
      .thenRejects("FREEZE_LINK_USED");
    expect(codesOf(freeze(idOf(30)), unfreeze, freeze(idOf(31)))).toContain("FROZEN");
  });
});

describe("a payout is held", () => {
  const long = plusMs(at, payoutHoldMs);
  it("for a week after each change of the account, and no longer", () => {
    const until = { code: "CHANGED_LATELY", until: long };
    expect(payoutHoldsOf(stateOf(...inForce, details), free, at)).toEqual([until]);
    expect(payoutHoldsOf(stateOf(...inForce, details), free, plusMs(long, -1))).toEqual([until]);
    expect(payoutHoldsOf(stateOf(...inForce, details), free, long)).toEqual([]);
  });
  it("for a week after the password or the address changed", () => {
    const state = stateOf(...inForce, details);
    const changed = { ...free, signInChangedAt: plusMs(long, -1) };
    const until = plusMs(long, payoutHoldMs - 1);
    expect(payoutHoldsOf(state, changed, long)).toEqual([{ code: "SIGN_IN_CHANGED", until }]);
    expect(payoutHoldsOf(state, changed, until)).toEqual([]);
  });
  it("for ever when the account ended within the week after a change", () => {
    const state = stateOf(...inForce, details);
    const ended = (endedAt: string) =>
      payoutHoldsOf(state, { ...free, endedAt }, plusMs(long, payoutHoldMs));
    expect(ended(plusMs(long, -1))).toEqual([{ code: "CHANGED_LATELY" }]);
    expect(ended(long)).toEqual([]);
  });
  it("without an account, details or proof", () => {
    expect(codesOf()).toEqual(["NO_ACCOUNT", "DETAILS_MISSING"]);
    expect(codesOf(link(first), details)).toEqual(["UNVERIFIED"]);
    expect(codesOf(...inForce, details, remove)).toEqual(["NO_ACCOUNT"]);
  });
  it("while it is frozen", () => {
    expect(codesOf(...inForce, details, freeze())).toEqual(["FROZEN"]);
    expect(codesOf(...inForce, details, freeze(), unfreeze)).toEqual([]);
  });
  it("while the form is due, also after the details changed", () => {
    const due = { ...free, isFormDue: true };
    const holds = (...commands: OperatorCommand[]) =>
      payoutHoldsOf(stateOf(...inForce, ...commands), due, long).map(({ code }) => code);
    expect(holds(details)).toEqual(["FORM_MISSING"]);
    expect(holds(details, form)).toEqual([]);
    expect(holds(details, form, details)).toEqual(["FORM_MISSING"]);
  });
  it("while a maintainer has not accepted a shared payee", () => {
    const shared = { ...payee, isOthers: true };
    const state = [link(first), verify(first, "owner-mail", shared), details] as const;
    expect(codesOf(...state)).toEqual(["PAYEE_SHARED"]);
    const accept = { type: "AcceptPayee" as const, ...about, payeeId: payee.payeeId, ...why };
    expect(codesOf(...state, accept)).toEqual([]);
  });
  it("of a node that is suspended", () => {
    const suspended = { ...free, isSuspended: true };
    expect(payoutHoldsOf(stateOf(...inForce, details), suspended, long)).toEqual([
      { code: "SUSPENDED" },
    ]);
  });
});

describe("the form", () => {
  const from = (currency: string) => moneyOf("600", currency);
  const paid = (...amounts: string[]) =>
    isFormDue(
      amounts.map((each) => moneyOf(each, "EUR")),
      from,
    );
  it("is due from the limit on, in any one currency", () => {
    expect(paid()).toBe(false);
    expect(paid("599.99")).toBe(false);
    expect(paid("600.00")).toBe(true);
    expect(isFormDue([moneyOf("599", "EUR"), moneyOf("700", "USD")], from)).toBe(true);
  });
});

const free = { signInChangedAt: undefined, isFormDue: false, isSuspended: false };

/** Long after every change. */
const codesOf = (...commands: OperatorCommand[]) =>
  payoutHoldsOf(stateOf(...commands), free, plusMs(at, payoutHoldMs)).map(({ code }) => code);

type Verified = Extract<Draft<OperatorEvent>, { type: "PayoutAccountVerified" }>;
const verified = (told: Verified["private"]): Verified => ({
  type: "PayoutAccountVerified",
  public: {},
  private: told,
  sealed: {},
});
