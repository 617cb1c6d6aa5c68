import { type Needs, unfitness } from "../../domain/generation/queues.js";
import type { Clock } from "../process/clock.js";
import type { RedisClient } from "./connection.js";
import { isOnline, listKnownNodes, type NodePresence } from "./nodes.js";

/** A list this old is good enough to say that somebody can do the work. */
const cacheMs = 1000;

/** Which nodes answer at the moment, and what they can do. */
export class OnlineNodes {
  readonly #redis: RedisClient;
  readonly #clock: Clock;
  #nodes: readonly NodePresence[] = [];
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(redis: RedisClient, clock: Clock) {
    this.#redis = redis;
    this.#clock = clock;
  }

  async list(): Promise<readonly NodePresence[]> {
    if (performance.now() - this.#readAt > cacheMs) await this.#read();
    return this.#nodes;
  }

  /** Those that can do this work. "None" is only said after a fresh look. */
  async able(needs: Needs): Promise<readonly NodePresence[]> {
    const known = filterAble(await this.list(), needs);
    if (known.length > 0) return known;
    return filterAble(await this.#read(), needs);
  }

  async #read(): Promise<readonly NodePresence[]> {
    const now = this.#clock.now();
    const nodes = await listKnownNodes(this.#redis);
    this.#nodes = nodes.filter((node) => isOnline(node, now) && node.state !== "draining");
    this.#readAt = performance.now();
    return this.#nodes;
  }
}

const filterAble = (nodes: readonly NodePresence[], needs: Needs): readonly NodePresence[] =>
  nodes.filter((node) => unfitness(needs, node) === undefined);
