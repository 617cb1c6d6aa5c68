import { dayOf, type Instant } from "../time.js";
import type { OperatorEvent } from "./events.js";
import type { PayoutMethod, PayoutProof } from "./payoutMethods.js";

/** An account that was named. What it is called is sealed in its PayoutAccountLinked. */
export interface NamedAccount {
  readonly accountId: string;
  readonly method: PayoutMethod;
  readonly country: string;
  readonly proofs: ReadonlySet<PayoutProof>;
  /** Known once its owner showed that it is theirs. */
  readonly payee: { readonly payeeId: string; readonly isOthers: boolean } | undefined;
}

export interface CurrentAccount extends NamedAccount {
  readonly since: Instant;
  /** False while its provider says that it can't be paid. */
  readonly isUsable: boolean;
}

export interface Counted {
  readonly day: string;
  readonly times: number;
}

export interface OperatorState {
  /** Who is paid for the operator's nodes. */
  payeeId: string | undefined;
  /** Every payee that it ever was: what was accepted once is not held again. */
  readonly linked: Set<string>;
  /** Waits for a maintainer. */
  readonly held: Set<string>;
  /** Where payouts go. */
  current: CurrentAccount | undefined;
  /** Takes its place once all its proofs are there. */
  pending: NamedAccount | undefined;
  /** When the account was last changed or removed. */
  changedAt: Instant | undefined;
  isFrozen: boolean;
  /** Links in mails that froze the account: each does it once. */
  readonly usedLinks: Set<string>;
  hasDetails: boolean;
  hasForm: boolean;
  /** What was asked for on the last day on which anything was. */
  asked: Counted;
}

export const initialState = (): OperatorState => ({
  payeeId: undefined,
  linked: new Set(),
  held: new Set(),
  current: undefined,
  pending: undefined,
  changedAt: undefined,
  isFrozen: false,
  usedLinks: new Set(),
  hasDetails: false,
  hasForm: false,
  asked: { day: "", times: 0 },
});

export function evolve(state: OperatorState, event: OperatorEvent): OperatorState {
  switch (event.type) {
    case "PayeeLinked": {
      const { payeeId } = event.data.private;
      state.payeeId = payeeId;
      state.linked.add(payeeId);
      state.held.delete(payeeId);
      return state;
    }
    case "PayeeHeld":
      state.held.add(event.data.private.payeeId);
      return state;
    case "PayeeDetailsGiven":
      state.hasDetails = true;
      // A form is about the person whom the details name.
      state.hasForm = false;
      state.asked = askedOn(state.asked, event.data.private.at);
      return state;
    case "PayeeFormReceived":
      state.hasForm = true;
      return state;
    default:
      return evolveAccount(state, event);
  }
}

type AccountEvent = Extract<OperatorEvent, { type: `Payout${string}` }>;

function evolveAccount(state: OperatorState, { type, data }: AccountEvent): OperatorState {
  const { at } = data.private;
  switch (type) {
    case "PayoutAccountLinked": {
      const { accountId, method, country } = data.private;
      state.pending = { accountId, method, country, proofs: new Set(), payee: undefined };
      state.asked = askedOn(state.asked, at);
      return state;
    }
    case "PayoutAccountVerified":
      return verified(state, data.private);
    case "PayoutAccountUnverified":
      return unverified(state, data.private.accountId);
    case "PayoutAccountRemoved":
      state.current = undefined;
      state.pending = undefined;
      state.changedAt = at;
      return state;
    case "PayoutAccountFrozen":
      state.isFrozen = true;
      state.pending = undefined;
      if (data.private.linkId !== undefined) state.usedLinks.add(data.private.linkId);
      return state;
    case "PayoutAccountUnfrozen":
      state.isFrozen = false;
      return state;
  }
}

type Verified = Extract<OperatorEvent, { type: "PayoutAccountVerified" }>["data"]["private"];

function verified(state: OperatorState, told: Verified): OperatorState {
  const { accountId, isEffective, at } = told;
  const { current, pending } = state;
  if (current?.accountId === accountId) state.current = { ...current, isUsable: true };
  if (pending?.accountId !== accountId) return state;
  const proven = withProof(pending, told);
  if (!isEffective) {
    state.pending = proven;
    return state;
  }
  state.pending = undefined;
  state.current = { ...proven, since: at, isUsable: true };
  state.changedAt = at;
  return state;
}

function withProof(
  account: NamedAccount,
  { proof, payeeId, isOthers = false }: Verified,
): NamedAccount {
  const payee = payeeId === undefined ? account.payee : { payeeId, isOthers };
  return { ...account, proofs: new Set([...account.proofs, proof]), payee };
}

function unverified(state: OperatorState, accountId: string): OperatorState {
  const { current, pending } = state;
  if (current?.accountId === accountId) state.current = { ...current, isUsable: false };
  if (pending?.accountId === accountId) {
    state.pending = { ...pending, proofs: new Set([...pending.proofs].filter(isByMail)) };
  }
  return state;
}

/** What a person showed once stays shown; what a provider says it may take back. */
const isByMail = (proof: PayoutProof): boolean => proof !== "stripe";

export const askedOn = ({ day, times }: Counted, at: Instant): Counted => ({
  day: dayOf(at),
  times: day === dayOf(at) ? times + 1 : 1,
});
