import { DomainError } from "../errors.js";
import { dailyPayoutChangesMax } from "../limits.js";
import type { Draft } from "../message.js";
import { type Instant, nextMidnight } from "../time.js";
import type {
  AccountCommand,
  DoubtPayoutAccount,
  FreezePayouts,
  LinkPayoutAccount,
  VerifyPayoutAccount,
} from "./commands.js";
import type { OperatorEvent } from "./events.js";
import { linkPayee } from "./payee.js";
import { ownershipProofOf, proofsOf } from "./payoutMethods.js";
import { askedOn, type NamedAccount, type OperatorState } from "./state.js";

export function decideAccount(
  command: AccountCommand,
  state: OperatorState,
): Draft<OperatorEvent>[] {
  const { operatorId, at } = command;
  const about = { operatorId, at };
  switch (command.type) {
    case "LinkPayoutAccount":
      return link(command, state);
    case "VerifyPayoutAccount":
      return verify(command, state);
    case "DoubtPayoutAccount":
      return doubt(command, state);
    case "RemovePayoutAccount":
      if (state.current === undefined && state.pending === undefined) return [];
      return [{ type: "PayoutAccountRemoved", public: {}, private: about, sealed: {} }];
    case "FreezePayouts":
      return freeze(command, state);
    case "UnfreezePayouts": {
      if (!state.isFrozen) return [];
      const { reason, evidenceSha256 } = command;
      const why = { ...about, reason, evidenceSha256 };
      return [{ type: "PayoutAccountUnfrozen", public: {}, private: why, sealed: {} }];
    }
  }
}

function link(command: LinkPayoutAccount, state: OperatorState): Draft<OperatorEvent>[] {
  const { operatorId, at, accountId, method, country, destination, holder } = command;
  if ([state.current, state.pending].some((known) => known?.accountId === accountId)) return [];
  refuseTooOften(state, at);
  const named = { operatorId, at, accountId, method, country };
  const sealed = { destination, ...(holder !== undefined && { holder }) };
  return [{ type: "PayoutAccountLinked", public: {}, private: named, sealed }];
}

/** @throws DomainError TOO_MANY_CHANGES */
export function refuseTooOften({ asked }: OperatorState, at: Instant): void {
  if (askedOn(asked, at).times <= dailyPayoutChangesMax) return;
  throw new DomainError(
    "TOO_MANY_CHANGES",
    `How you are paid can be changed ${dailyPayoutChangesMax} times a day. Again at ${nextMidnight(at)}.`,
  );
}

function verify(command: VerifyPayoutAccount, state: OperatorState): Draft<OperatorEvent>[] {
  const { accountId, proof } = command;
  if (state.current?.accountId === accountId) return verifyAgain(command, state);
  const { pending } = state;
  if (pending?.accountId !== accountId) {
    throw new DomainError("PAYOUT_ACCOUNT_REPLACED", "This account is not the one that waits.");
  }
  if (pending.proofs.has(proof)) return [];
  const needed = proofsOf(pending.method);
  if (!needed.includes(proof)) {
    throw new DomainError("PAYOUT_ACCOUNT_REPLACED", "This proves nothing of such an account.");
  }
  const payee = payeeShown(command, pending);
  const isEffective = needed.every((each) => each === proof || pending.proofs.has(each));
  const { operatorId, at } = command;
  const about = { operatorId, at, accountId, proof, isEffective, ...payee, ...command.manual };
  const verified = { public: {}, private: about, sealed: {} };
  const whose = payee ?? pending.payee;
  return [
    { type: "PayoutAccountVerified", ...verified },
    ...(isEffective && whose ? linkPayee({ operatorId, at, ...whose }, state) : []),
  ];
}

/** Undefined for a proof that says nothing of whose account it is. */
function payeeShown({ proof, payee }: VerifyPayoutAccount, { method }: NamedAccount) {
  if (proof !== ownershipProofOf(method)) return undefined;
  if (payee === undefined) throw new Error("A proof of ownership comes with its payee.");
  return payee;
}

/** An account in force that its provider took back, and that can be paid again. */
function verifyAgain(command: VerifyPayoutAccount, state: OperatorState): Draft<OperatorEvent>[] {
  if (command.proof !== "stripe" || state.current?.isUsable !== false) return [];
  const { operatorId, at, accountId, proof } = command;
  const about = { operatorId, at, accountId, proof, isEffective: false };
  return [{ type: "PayoutAccountVerified", public: {}, private: about, sealed: {} }];
}

function doubt(command: DoubtPayoutAccount, state: OperatorState): Draft<OperatorEvent>[] {
  const { current, pending } = state;
  const { operatorId, at, accountId } = command;
  const isInForce = current?.accountId === accountId && current.isUsable;
  const isWaiting = pending?.accountId === accountId && pending.proofs.has("stripe");
  if (!isInForce && !isWaiting) return [];
  const about = { operatorId, at, accountId };
  return [{ type: "PayoutAccountUnverified", public: {}, private: about, sealed: {} }];
}

/** A link freezes once: what a maintainer looked at and lifted is not frozen by an old mail. */
function freeze(command: FreezePayouts, state: OperatorState): Draft<OperatorEvent>[] {
  const { operatorId, at, linkId } = command;
  if (state.isFrozen) return [];
  if (linkId !== undefined && state.usedLinks.has(linkId)) {
    throw new DomainError("FREEZE_LINK_USED", "This link froze the payouts before.");
  }
  const about = { operatorId, at, ...(linkId !== undefined && { linkId }) };
  return [{ type: "PayoutAccountFrozen", public: {}, private: about, sealed: {} }];
}
