import { day } from "../../domain/limits.js";
import { type Money, moneyOf, plus, zero } from "../../domain/money/money.js";
import { operatorDecider } from "../../domain/operator/decider.js";
import { isFormDue, payoutAccountOf, payoutHoldsOf } from "../../domain/operator/holds.js";
import type { OperatorState } from "../../domain/operator/state.js";
import { payableDecider } from "../../domain/payable/decider.js";
import { fateOf, isOwed, type PayableState } from "../../domain/payable/fates.js";
import { type Owed, sumOfShares } from "../../domain/payouts/candidates.js";
import type { PayoutFlag } from "../../domain/payouts/flags.js";
import type { OwedShare } from "../../domain/payouts/owedShare.js";
import { type Instant, plusMs } from "../../domain/time.js";
import { type Ledger, load } from "../handle.js";
import { readAccountFacts } from "../operator/payoutStanding.js";
import type { RecordedShareOf } from "./readOwed.js";

export interface Rules {
  readonly at: Instant;
  /** From how much a year on a maintainer must have the payee's form. */
  readonly formFrom: (currency: string) => Money;
}

interface Of {
  readonly operatorId: string;
  readonly currency: string;
  /** Final, and old enough; those of suspended nodes are held. */
  readonly shares: readonly (RecordedShareOf & { readonly isSuspended: boolean })[];
  /** Whether another operator has, or had, the same payee. */
  readonly isPayeeElsewhere: (payeeId: string) => boolean;
}

const changedLatelyMs = 30 * day;

/** What the streams say that an operator is owed now; one part may be held for a node's sake. */
export async function owedTo(
  { store }: Pick<Ledger, "store">,
  of: Of,
  { at, formFrom }: Rules,
): Promise<Owed[]> {
  const { operatorId, currency } = of;
  const [{ state: payable }, { state: operator }, ofAccount] = await Promise.all([
    load(store, payableDecider, { operatorId, currency }),
    load(store, operatorDecider, { operatorId }),
    readAccountFacts({ store }, operatorId),
  ]);
  const partOf = (isSuspended: boolean): Owed => {
    const shares = sharesOwed(
      payable,
      of.shares.filter((share) => share.isSuspended === isSuspended),
    );
    const sum = sumOfShares(shares, currency);
    const facts = {
      ...ofAccount,
      isSuspended,
      isFormDue: isFormDue([plus(paidIn(payable, currency, at), sum)], formFrom),
    };
    const holds = payoutHoldsOf(operator, facts, at);
    return { operatorId, currency, shares, holds, ...accountOf(operator, of, payable, at) };
  };
  return [partOf(false), partOf(true)].filter(({ shares }) => shares.length > 0);
}

const sharesOwed = (payable: PayableState, shares: readonly RecordedShareOf[]): OwedShare[] =>
  shares
    .filter((share) => isOwed(fateOf(payable, share)))
    .map(({ month, payId, amount }) => ({
      ...{ month, payId, amount },
      isReturned: fateOf(payable, { month, payId })?.status === "returned",
    }))
    .sort((a, b) => (`${a.month} ${a.payId}` < `${b.month} ${b.payId}` ? -1 : 1));

/** In the calendar year of `at`. */
const paidIn = ({ payouts }: PayableState, currency: string, at: Instant): Money =>
  [...payouts.values()]
    .filter(({ completedAt }) => completedAt?.slice(0, 4) === at.slice(0, 4))
    .reduce<Money>((sum, { amount }) => plus(sum, moneyOf(amount, currency)), zero(currency));

function accountOf(
  operator: OperatorState,
  { isPayeeElsewhere }: Of,
  { payouts }: PayableState,
  at: Instant,
): Pick<Owed, "account" | "flags" | "paidBefore"> {
  const account = payoutAccountOf(operator);
  const paidBefore = [...payouts.values()]
    .filter(({ status }) => status === "completed")
    .map(({ amount }) => amount);
  if (account?.payeeId === undefined) return { account: undefined, flags: [], paidBefore };
  const { method, country, payeeId, since } = account;
  const flags: (PayoutFlag | false)[] = [
    isPayeeElsewhere(payeeId) && "payee-seen-elsewhere",
    paidBefore.length === 0 && "first-payout",
    plusMs(since, changedLatelyMs) > at && "changed-lately",
  ];
  const raised = flags.filter((flag) => flag !== false);
  return { account: { method, country, payeeId }, flags: raised, paidBefore };
}
