import { DomainError } from "../errors.js";
import { trustedAfterJobs, trustedAfterMs } from "../limits.js";
import type { Draft } from "../message.js";
import { dayOf, plusMs } from "../time.js";
import type { ClaimNode, NodeCommand, TrustNode } from "./commands.js";
import type { NodeEvent } from "./events.js";

/** Whose a node is and whether its work counts. Stays with the node while it is away. */
export interface Tenure {
  readonly operatorId: string | undefined;
  /** By which shares name it. */
  readonly payId: string | undefined;
  readonly isTrusted: boolean;
  readonly isSuspended: boolean;
}
export const nobodys: Tenure = {
  operatorId: undefined,
  payId: undefined,
  isTrusted: false,
  isSuspended: false,
};

export type TenureEvent = Extract<
  NodeEvent,
  { type: "NodeClaimed" | "NodeTrusted" | "NodeSuspended" | "NodeReinstated" }
>;

export function tenureAfter(tenure: Tenure, { type, data }: TenureEvent): Tenure {
  switch (type) {
    case "NodeClaimed":
      return { ...tenure, operatorId: data.private.operatorId, payId: data.public.payId };
    case "NodeTrusted":
      return { ...tenure, isTrusted: true };
    case "NodeSuspended":
      return { ...tenure, isSuspended: true };
    case "NodeReinstated":
      return { ...tenure, isSuspended: false };
  }
}

/** Once for ever: again by the same account is nothing new. */
export function claim(command: ClaimNode, { operatorId: owner }: Tenure): Draft<NodeEvent>[] {
  const { nodeId, at, operatorId, payId, proof } = command;
  if (owner === operatorId) return [];
  if (owner !== undefined) throw claimedByAnother();
  return [
    {
      type: "NodeClaimed",
      public: { nodeId, payId, claimedOn: dayOf(at) },
      private: { nodeId, at, operatorId, ...proof },
      sealed: {},
    },
  ];
}

export const claimedByAnother = (): DomainError =>
  new DomainError(
    "NODE_CLAIMED_BY_ANOTHER",
    "Another account has claimed this node, and a claim is for ever. Start the node with a new key to make it yours.",
  );

const isTrustworthy = ({ acceptedJobs, firstAcceptedAt, at }: TrustNode): boolean =>
  acceptedJobs >= trustedAfterJobs && plusMs(firstAcceptedAt, trustedAfterMs) <= at;

export function trust(command: TrustNode, { isTrusted }: Tenure): Draft<NodeEvent>[] {
  const { nodeId, at, acceptedJobs, firstAcceptedAt } = command;
  if (isTrusted || !isTrustworthy(command)) return [];
  return [
    {
      type: "NodeTrusted",
      public: { nodeId, trustedOn: dayOf(at) },
      private: { nodeId, at, acceptedJobs, firstAcceptedAt },
      sealed: {},
    },
  ];
}

type ByHand = Extract<NodeCommand, { type: "SuspendNode" | "ReinstateNode" }>;

export function suspendOrReinstate(command: ByHand, { isSuspended }: Tenure): Draft<NodeEvent>[] {
  const { type, nodeId, at, reason, evidenceSha256 } = command;
  if (isSuspended === (type === "SuspendNode")) return [];
  const why = { nodeId, at, reason, evidenceSha256 };
  const day = dayOf(at);
  return type === "SuspendNode"
    ? [{ type: "NodeSuspended", public: { nodeId, suspendedOn: day }, private: why, sealed: {} }]
    : [{ type: "NodeReinstated", public: { nodeId, reinstatedOn: day }, private: why, sealed: {} }];
}
