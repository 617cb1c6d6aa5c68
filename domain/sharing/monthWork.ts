import type { LedgerEventOf } from "../ledger.js";
import {
  type Circumstances,
  isOfOnePayee,
  isOfOnePerson,
  type NotCounted,
  nobodyElseCould,
  notCounted,
} from "./eligibility.js";
import type { Policy } from "./policies.js";
import { unitsOf } from "./work.js";
import { type WorkRow, WorkRows } from "./workRows.js";

/** The events that say which work counts for whom. */
export const workTypes = [
  "NodeClaimed",
  "NodeTrusted",
  "PayeeLinked",
  "PayeeHeld",
  "ContributionVoided",
  "ContributionRecorded",
] as const;
export type WorkEvent = LedgerEventOf<(typeof workTypes)[number]>;

/** What a claimed node did in a month. */
export interface NodeWork {
  readonly payId: string;
  readonly jobs: number;
  readonly units: bigint;
  /** Of its jobs, those that count nothing. */
  readonly jobsNotCounted: number;
}
export interface WorkAtClosing {
  /** Sorted by pay id. */
  readonly nodes: readonly NodeWork[];
  /** What nodes did that nobody has claimed. */
  readonly unclaimedJobs: number;
}

interface Node {
  readonly index: number;
  claim: { readonly payId: string; readonly operatorId: string } | undefined;
  isTrusted: boolean;
}

const flag = { claimed: 1, trusted: 2, onePerson: 4, onePayee: 8, onlyOne: 16 } as const;

/**
 * Folds `$all` into the work of a month. Claims, trust and payees are known from the ledger's start on;
 * the work itself is needed from the closing before on.
 */
export class MonthWork {
  readonly #nodes = new Map<string, Node>();
  readonly #byIndex: Node[] = [];
  /** Where each account is paid, or named to be. */
  readonly #payees = new Map<string, Set<string>>();
  readonly #rows = new WorkRows();
  readonly #voided = new Set<string>();

  add({ type, data }: WorkEvent): void {
    switch (type) {
      case "NodeClaimed": {
        const { payId, nodeId } = data.public;
        this.#node(nodeId).claim ??= { payId, operatorId: data.private.operatorId };
        return;
      }
      case "NodeTrusted":
        this.#node(data.public.nodeId).isTrusted = true;
        return;
      // Also one that waits for a maintainer: whoever named it can be paid there.
      case "PayeeLinked":
      case "PayeeHeld":
        this.#payeesOf(data.private.operatorId).add(data.private.payeeId);
        return;
      case "ContributionVoided":
        this.#voided.add(data.private.generationId);
        return;
      case "ContributionRecorded":
        this.#record(data);
    }
  }

  /** Ends the month: what everybody did in it, by the policy that it has. */
  close(policy: Policy): WorkAtClosing {
    const sums = this.#byIndex.map(() => ({ jobs: 0, units: 0n, jobsNotCounted: 0 }));
    for (const row of this.#rows) {
      const sum = sums[row.node];
      if (sum === undefined) continue;
      sum.jobs += 1;
      if (this.#notCounted(policy, row) === undefined) sum.units += BigInt(row.units);
      else sum.jobsNotCounted += 1;
    }
    this.#rows.clear();
    this.#voided.clear();
    return this.#closed(sums);
  }

  #closed(sums: readonly Omit<NodeWork, "payId">[]): WorkAtClosing {
    const nodes: NodeWork[] = [];
    let unclaimedJobs = 0;
    sums.forEach((sum, index) => {
      const payId = this.#byIndex[index]?.claim?.payId;
      if (payId === undefined) unclaimedJobs += sum.jobs;
      else if (sum.jobs > 0) nodes.push({ payId, ...sum });
    });
    nodes.sort((a, b) => (a.payId < b.payId ? -1 : 1));
    return { nodes, unclaimedJobs };
  }

  #record({ public: shown, private: hidden }: LedgerEventOf<"ContributionRecorded">["data"]): void {
    const node = this.#node(shown.nodeId);
    const { generationId, askedBy, ownWork } = hidden;
    const isOnlyOne = nobodyElseCould(shown);
    const flags =
      (node.claim === undefined ? 0 : flag.claimed) |
      (node.isTrusted ? flag.trusted : 0) |
      (isOfOnePerson(ownWork) ? flag.onePerson : 0) |
      (isOfOnePayee(ownWork) ? flag.onePayee : 0) |
      (isOnlyOne ? flag.onlyOne : 0);
    const units = unitsOf(shown);
    this.#rows.add({ generationId, askedBy, node: node.index, units, flags });
  }

  #notCounted(policy: Policy, row: WorkRow): NotCounted | undefined {
    const claim = this.#byIndex[row.node]?.claim;
    const circumstances: Circumstances = {
      isVoided: this.#voided.size > 0 && this.#voided.has(row.generationId),
      isClaimed: claim !== undefined,
      wasClaimed: (row.flags & flag.claimed) > 0,
      wasTrusted: (row.flags & flag.trusted) > 0,
      ofOnePerson: (row.flags & flag.onePerson) > 0 || row.askedBy === claim?.operatorId,
      ofOnePayee:
        (row.flags & flag.onePayee) > 0 || this.#haveOnePayee(row.askedBy, claim?.operatorId),
      nobodyElseCould: (row.flags & flag.onlyOne) > 0,
    };
    return notCounted(policy, circumstances);
  }

  #haveOnePayee(one: string | undefined, other: string | undefined): boolean {
    const ofOne = one === undefined ? undefined : this.#payees.get(one);
    const ofOther = other === undefined ? undefined : this.#payees.get(other);
    return ofOne !== undefined && ofOther !== undefined && [...ofOne].some((id) => ofOther.has(id));
  }

  #payeesOf(operatorId: string): Set<string> {
    const payees = this.#payees.get(operatorId) ?? new Set<string>();
    this.#payees.set(operatorId, payees);
    return payees;
  }

  #node(nodeId: string): Node {
    const known = this.#nodes.get(nodeId);
    if (known !== undefined) return known;
    const node: Node = { index: this.#byIndex.length, claim: undefined, isTrusted: false };
    this.#nodes.set(nodeId, node);
    this.#byIndex.push(node);
    return node;
  }
}
