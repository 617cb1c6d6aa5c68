import { type Abilities, servesQueue } from "../../domain/generation/queues.js";
import type { NodePresence } from "../../platform/redis/nodes.js";

/** A node's question for work, parked in this instance until there is some. */
export interface LeasePoll {
  readonly isOpen: boolean;
  /** The queue in which work was offered; undefined when the time is up or the poll was closed. */
  nextOffer(timeoutMs: number): Promise<string | undefined>;
  close(): void;
}

/** The polls parked in this instance of the API: one per node. */
export class LeasePolls {
  readonly #polls = new Map<string, ParkedPoll>();

  /** A second poll of the same node ends the first. */
  open(node: NodePresence): LeasePoll {
    this.#polls.get(node.nodeId)?.close();
    const poll = new ParkedPoll(node, () => {
      if (this.#polls.get(node.nodeId) === poll) this.#polls.delete(node.nodeId);
    });
    this.#polls.set(node.nodeId, poll);
    return poll;
  }

  /** Wakes the node that was drawn; if it is gone, any other here that serves the queue. */
  offer(queue: string, nodeId: string): void {
    const drawn = this.#polls.get(nodeId);
    const others = [...this.#polls.values()].filter(
      (poll) => poll.isIdle && servesQueue(poll.able, queue),
    );
    const poll = drawn?.isIdle ? drawn : others[Math.floor(Math.random() * others.length)];
    poll?.offer(queue);
  }

  holds(nodeId: string): boolean {
    return this.#polls.has(nodeId);
  }

  close(nodeId: string): void {
    this.#polls.get(nodeId)?.close();
  }

  closeAll(): void {
    for (const poll of [...this.#polls.values()]) poll.close();
  }
}

class ParkedPoll implements LeasePoll {
  readonly able: Abilities;
  readonly #onClose: () => void;
  /** Offers that came while the node was looking elsewhere. */
  readonly #offered = new Set<string>();
  #wake: (() => void) | undefined;
  isOpen = true;

  constructor(able: Abilities, onClose: () => void) {
    this.able = able;
    this.#onClose = onClose;
  }

  get isIdle(): boolean {
    return this.isOpen && this.#offered.size === 0;
  }

  offer(queue: string): void {
    this.#offered.add(queue);
    this.#wake?.();
  }

  close(): void {
    this.isOpen = false;
    this.#onClose();
    this.#wake?.();
  }

  async nextOffer(timeoutMs: number): Promise<string | undefined> {
    if (this.isOpen && this.#offered.size === 0) await this.#sleep(timeoutMs);
    if (!this.isOpen) return undefined;
    const [queue] = this.#offered;
    if (queue !== undefined) this.#offered.delete(queue);
    return queue;
  }

  #sleep(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
