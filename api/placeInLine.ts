import { type Needs, queueOf, servesQueue } from "../domain/generation/queues.js";
import { connectionLimits, foundTogetherMs } from "../domain/limits.js";
import { lookTogetherBy } from "../platform/process/lookTogether.js";
import type { OnlineNodes } from "../platform/redis/onlineNodes.js";
import { countWaitingBefore, medianProcessingMs } from "../projections/generations/queries.js";
import type { ReadDb } from "../projections/readTables.js";

interface Queued extends Needs {
  readonly generationId: string;
  /** When it was requested. */
  readonly at: string;
}

export interface Place {
  /** 1 is next. */
  readonly position: number;
  readonly eta_seconds?: number;
}
export type PlaceInLine = (queued: Queued) => Promise<Place>;

/**
 * Ahead is whatever waits longer and can come to the same nodes. ETA = jobs ahead ÷ nodes that can
 * serve × median of the last 50 durations, plus its own. All of it is found out once a second at
 * most, for all streams and calls that ask: the place by generation, the median by line.
 */
export function createPlaceInLine(readDb: ReadDb, onlineNodes: OnlineNodes): PlaceInLine {
  // As many as can ask at a time.
  const keysMax = connectionLimits.connectionsMax;
  const placeBy = lookTogetherBy<Place>(foundTogetherMs, keysMax);
  const medianBy = lookTogetherBy<number | undefined>(foundTogetherMs, keysMax);
  return (queued) => placeBy(queued.generationId, () => find(queued));

  async function find(queued: Queued): Promise<Place> {
    const own = queueOf(queued);
    const able = await onlineNodes.ableLately(queued);
    const isRival = (queue: string) =>
      queue === own || able.some((node) => servesQueue(node, queue));
    const ahead = (await countWaitingBefore(readDb, queued.at))
      .filter(({ queue }) => isRival(queue))
      .reduce((sum, { waiting }) => sum + waiting, 0);
    const median = await medianBy(own, () => medianProcessingMs(readDb, own));
    const position = ahead + 1;
    if (median === undefined || able.length === 0) return { position };
    return { position, eta_seconds: Math.ceil(((ahead / able.length + 1) * median) / 1000) };
  }
}
