import { countPayees, countShares, drawNode } from "../../domain/generation/draw.js";
import { MonthWork, type WorkEvent } from "../../domain/sharing/monthWork.js";
import { planOf } from "../../domain/sharing/plan.js";
import { createRandom } from "../../gpu-node/synth/sound/random.js";
import { stored } from "./deciderSpec.js";
import { basisOf } from "./distributions.js";
import { idOf } from "./generations.js";

/**
 * A month of volunteers and of one who wants more, played with the product's own draw, policy and
 * distribution. A machine makes one loop at a time; `load` is the part of the time that the machines of
 * all volunteers are busy with what people order.
 */

/** One identity: a node, whose it is, and who is paid. Nodes of one machine work one at a time. */
export interface Identity {
  readonly nodeId: string;
  readonly operatorId: string;
  readonly payeeId: string;
  readonly block: string;
  readonly machine: number;
  /** What only it, or it and few others, can make. */
  readonly models: readonly string[];
  /** Claims its node, or links its payee, only after the month's work. */
  readonly late?: "claim" | "link";
}

/** Orders of one account; by whichever account nobody knows, it is somebody else. */
export interface Demand {
  readonly askedBy: string;
  readonly orders: number;
  readonly model: string;
}

export interface Month {
  readonly identities: readonly Identity[];
  readonly demand: readonly Demand[];
  /** Payees of accounts that order and operate nothing. */
  readonly linked?: readonly { readonly userId: string; readonly payeeId: string }[];
  readonly load: number;
  readonly seed: number;
}

export const pool = 1_000_00n;
const at = "2026-11-22T16:00:00.000Z";
const payIdOf = (nodeId: string): string => `${nodeId.slice(0, 35)}f`;

/** What each of these payees gets of the month's pool, in minor units. */
export function playMonth(month: Month): ReadonlyMap<string, bigint> {
  const work = new MonthWork();
  const early = month.identities.filter(({ late }) => late === undefined);
  const late = month.identities.filter(({ late: what }) => what !== undefined);
  for (const identity of early) settleIn(work, identity, ["claim", "link"]);
  for (const identity of late)
    settleIn(work, identity, [identity.late === "claim" ? "link" : "claim"]);
  for (const { userId, payeeId } of month.linked ?? []) work.add(linked(userId, payeeId));
  playOrders(work, month);
  for (const identity of late) settleIn(work, identity, identity.late ? [identity.late] : []);
  const { shares } = planOf(basisOf({ money: { accrued: pool }, nodes: work.close("v2").nodes }));
  const earned = new Map<string, bigint>();
  for (const { nodeId, payeeId } of month.identities) {
    const share = shares.find(({ payId }) => payId === payIdOf(nodeId))?.amount ?? 0n;
    earned.set(payeeId, (earned.get(payeeId) ?? 0n) + share);
  }
  return earned;
}

function playOrders(work: MonthWork, { identities, demand, load, seed }: Month): void {
  const random = createRandom(seed, "orders");
  const orders = demand.flatMap((each) => Array.from({ length: each.orders }, () => each));
  const machines = new Set(identities.map(({ machine }) => machine));
  for (const { askedBy, model } of shuffled(orders, random)) {
    // Which machines are free just now: each by itself, as often as the load leaves it.
    const free = new Set([...machines].filter(() => random() >= load));
    const able = identities
      .filter((each) => free.has(each.machine) && each.models.includes(model))
      .map((each) => ({ ...each, proven: true }));
    const drawn = drawNode(able, [], random);
    if (drawn === undefined) continue;
    const online = countPayees(identities);
    work.add(done(drawn.nodeId, askedBy, countShares(able), online));
  }
}

function settleIn(work: MonthWork, identity: Identity, what: readonly ("claim" | "link")[]): void {
  const { nodeId, operatorId, payeeId } = identity;
  const about = { nodeId, at };
  if (what.includes("claim")) {
    work.add(
      stored<WorkEvent>({
        type: "NodeClaimed",
        public: { nodeId, payId: payIdOf(nodeId), claimedOn: "2026-11-22" },
        private: { ...about, operatorId, by: "token" },
        sealed: {},
      }),
    );
    work.add(
      stored<WorkEvent>({
        type: "NodeTrusted",
        public: { nodeId, trustedOn: "2026-11-22" },
        private: { ...about, acceptedJobs: 20, firstAcceptedAt: at },
        sealed: {},
      }),
    );
  }
  if (what.includes("link")) work.add(linked(operatorId, payeeId));
}

const linked = (operatorId: string, payeeId: string): WorkEvent =>
  stored<WorkEvent>({
    type: "PayeeLinked",
    public: {},
    private: { operatorId, at, payeeId },
    sealed: {},
  });

const done = (
  nodeId: string,
  askedBy: string,
  drawnFrom: number,
  payeesOnline: number,
): WorkEvent =>
  stored<WorkEvent>({
    type: "ContributionRecorded",
    public: {
      ...{ day: "2026-11-22", nodeId, audioMs: 6_000, stems: false, inTime: true },
      ...{ drawnFrom, payeesOnline },
    },
    private: { generationId: idOf(1), at, leaseId: idOf(2), askedBy },
    sealed: {},
  });

/** Fisher and Yates. */
function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  const all = [...items];
  for (let last = all.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [all[last], all[other]] = [all[other] as Item, all[last] as Item];
  }
  return all;
}
