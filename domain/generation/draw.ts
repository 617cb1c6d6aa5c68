/** A waiting node that can serve a queue, and whose it is. */
export interface Candidate {
  readonly nodeId: string;
  /** Undefined for nodes that nobody has claimed; together they count as one operator. */
  readonly operatorId: string | undefined;
}

/**
 * Draws an operator first, then one of that operator's nodes: asking more often or splitting a
 * machine into many nodes wins nothing. `random` gives numbers from 0 up to but not including 1.
 */
export function drawNode<Node extends Candidate>(
  candidates: readonly Node[],
  random: () => number,
): Node | undefined {
  const operators = [...new Set(candidates.map(({ operatorId }) => operatorId))];
  const operator = operators[Math.floor(random() * operators.length)];
  const nodes = candidates.filter(({ operatorId }) => operatorId === operator);
  return nodes[Math.floor(random() * nodes.length)];
}
