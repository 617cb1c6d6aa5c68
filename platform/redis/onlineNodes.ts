import { type Needs, unfitness } from "../../domain/generation/queues.js";
import { second } from "../../domain/limits.js";
import type { Clock } from "../process/clock.js";
import { lookTogether } from "../process/lookTogether.js";
import type { RedisClient } from "./connection.js";
import { isOnline, listKnownNodes, type NodePresence } from "./nodes.js";

/** A list this old is good enough to say that somebody can do the work. */
const cacheMs = second;

/** Which nodes answer at the moment and get work, and what they can do. */
export class OnlineNodes {
  /** As they were a second ago at most. However many ask, they are read once in that time. */
  readonly list = lookTogether(() => this.#lookAnew(), cacheMs);
  readonly #redis: RedisClient;
  readonly #clock: Clock;
  #lastLook: Promise<unknown> = Promise.resolve();
  #nextLook: Promise<readonly NodePresence[]> | undefined;

  constructor(redis: RedisClient, clock: Clock) {
    this.#redis = redis;
    this.#clock = clock;
  }

  /** Those that can do this work. "None" is only said after a fresh look. */
  async able(needs: Needs): Promise<readonly NodePresence[]> {
    const known = await this.ableLately(needs);
    if (known.length > 0) return known;
    return filterAble(await this.#lookAnew(), needs);
  }

  /** For what only shows something: also "none" may be a second old. */
  async ableLately(needs: Needs): Promise<readonly NodePresence[]> {
    return filterAble(await this.list(), needs);
  }

  /**
   * One look at a time: who asks meanwhile shares the next, so that nobody is told what was found
   * before they asked.
   */
  #lookAnew(): Promise<readonly NodePresence[]> {
    this.#nextLook ??= this.#lastLook.then(() => {
      this.#nextLook = undefined;
      const looking = this.#read();
      this.#lastLook = looking.catch(() => undefined);
      return looking;
    });
    return this.#nextLook;
  }

  async #read(): Promise<readonly NodePresence[]> {
    const now = this.#clock.now();
    const nodes = await listKnownNodes(this.#redis);
    return nodes.filter(
      (node) => isOnline(node, now) && node.state !== "draining" && node.suspended === undefined,
    );
  }
}

const filterAble = (nodes: readonly NodePresence[], needs: Needs): readonly NodePresence[] =>
  nodes.filter((node) => unfitness(needs, node) === undefined);
