/** Whose a node is, and where it stands. */
export interface Candidate {
  readonly nodeId: string;
  /** Undefined for nodes that nobody has claimed. */
  readonly operatorId: string | undefined;
  /** HMAC of the address block it speaks from; undefined when it is not known any more. */
  readonly block: string | undefined;
  readonly proven: boolean;
}

/**
 * How near a node is to one that failed at this work: 3 it is the same, 2 it speaks from the same
 * addresses, 1 it has the same operator, 0 none of these.
 */
function nearness(node: Candidate, failed: Candidate): number {
  if (node.nodeId === failed.nodeId) return 3;
  if (node.block !== undefined && node.block === failed.block) return 2;
  return node.operatorId !== undefined && node.operatorId === failed.operatorId ? 1 : 0;
}

/** The lower, the sooner a node should get work at which these have failed. Nobody is barred from it. */
function rank(node: Candidate, failed: readonly Candidate[]): number {
  const nearest = Math.max(0, ...failed.map((each) => nearness(node, each)));
  return 2 * nearest + (node.proven ? 0 : 1);
}

export const isPreferred = (
  rival: Candidate,
  node: Candidate,
  failed: readonly Candidate[],
): boolean => rank(rival, failed) < rank(node, failed);

/** An operator's nodes share one chance; so do nodes that nobody has claimed at one address. */
const shareOf = ({ operatorId, block, nodeId }: Candidate): string => operatorId ?? block ?? nodeId;

/**
 * Draws among those that are preferred: first whose it is to be, then one of their nodes. Asking more
 * often, or splitting a machine into many nodes, wins nothing. `random` gives numbers from 0 up to but
 * not including 1.
 */
export function drawNode<Node extends Candidate>(
  candidates: readonly Node[],
  failed: readonly Candidate[],
  random: () => number,
): Node | undefined {
  const best = Math.min(...candidates.map((node) => rank(node, failed)));
  const preferred = candidates.filter((node) => rank(node, failed) === best);
  const shares = [...new Set(preferred.map(shareOf))];
  const share = shares[Math.floor(random() * shares.length)];
  const nodes = preferred.filter((node) => shareOf(node) === share);
  return nodes[Math.floor(random() * nodes.length)];
}
