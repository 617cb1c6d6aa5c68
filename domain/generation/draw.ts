/** Whose a node is, and where it stands. */
export interface Candidate {
  readonly nodeId: string;
  /** Undefined for nodes that nobody has claimed. */
  readonly operatorId: string | undefined;
  /** Who is paid for its operator's nodes; undefined while nobody is. */
  readonly payeeId: string | undefined;
  /** HMAC of the address block it speaks from; undefined when it is not known any more. */
  readonly block: string | undefined;
  readonly proven: boolean;
}

/**
 * How near a node is to one that failed at this work: 3 it is the same, 2 it speaks from the same
 * addresses, 1 it has the same operator or payee, 0 none of these.
 */
function nearness(node: Candidate, failed: Candidate): number {
  if (node.nodeId === failed.nodeId) return 3;
  if (node.block !== undefined && node.block === failed.block) return 2;
  return isSame(node.operatorId, failed.operatorId) || isSame(node.payeeId, failed.payeeId) ? 1 : 0;
}

const isSame = (one: string | undefined, other: string | undefined): boolean =>
  one !== undefined && one === other;

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

/**
 * Who has one chance: all nodes whose money goes to one account, however many operators they are split
 * among; where nobody is paid yet, all that speak from one address block.
 */
const shareOf = ({ payeeId, block, operatorId, nodeId }: Whose): string =>
  payeeId ?? block ?? operatorId ?? nodeId;
type Whose = Pick<Candidate, "nodeId"> &
  Partial<Pick<Candidate, "payeeId" | "block" | "operatorId">>;

const ownerOf = ({ operatorId, nodeId }: Candidate): string => operatorId ?? nodeId;

/** How many chances there are among these: what a draw was drawn from. */
export const countShares = (nodes: readonly Whose[]): number => new Set(nodes.map(shareOf)).size;

export const countPayees = (nodes: readonly Partial<Pick<Candidate, "payeeId">>[]): number =>
  new Set(nodes.flatMap(({ payeeId }) => payeeId ?? [])).size;

/**
 * Draws among those that are preferred: first who is to be paid, then whose it is to be, then one of
 * their nodes. Asking more often, or splitting a machine into many nodes, or oneself into many
 * operators, wins nothing. `random` gives numbers from 0 up to but not including 1.
 */
export function drawNode<Node extends Candidate>(
  candidates: readonly Node[],
  failed: readonly Candidate[],
  random: () => number,
): Node | undefined {
  const best = Math.min(...candidates.map((node) => rank(node, failed)));
  const preferred = candidates.filter((node) => rank(node, failed) === best);
  const ofShare = drawGroup(preferred, shareOf, random);
  const ofOwner = drawGroup(ofShare, ownerOf, random);
  return ofOwner[Math.floor(random() * ofOwner.length)];
}

/** Those of one group, each group having the same chance. */
function drawGroup<Node>(
  nodes: readonly Node[],
  groupOf: (node: Node) => string,
  random: () => number,
): readonly Node[] {
  const groups = [...new Set(nodes.map(groupOf))];
  const drawn = groups[Math.floor(random() * groups.length)];
  return nodes.filter((node) => groupOf(node) === drawn);
}
