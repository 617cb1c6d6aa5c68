import { LRUCache } from "lru-cache";

/**
 * For what anybody may ask and is dear to find out: what was found is told to whoever asks while it is
 * looked for and for `keptMs` after that. So no number of callers makes it happen more often. What
 * failed is not kept.
 */
export function lookTogether<Found>(
  look: () => Promise<Found>,
  keptMs: number,
): () => Promise<Found> {
  let found: Promise<Found> | undefined;
  let isLooking = false;
  let foundAt = 0;
  return () => {
    const isFresh = isLooking || performance.now() - foundAt < keptMs;
    if (found !== undefined && isFresh) return found;
    isLooking = true;
    const looking = look().then(
      (value) => {
        isLooking = false;
        foundAt = performance.now();
        return value;
      },
      (error: unknown) => {
        isLooking = false;
        found = undefined;
        throw error;
      },
    );
    found = looking;
    return looking;
  };
}

/** The same for each key apart; of those that nobody asked for lately only so many are remembered. */
export function lookTogetherBy<Found>(
  keptMs: number,
  keysMax: number,
): (key: string, look: () => Promise<Found>) => Promise<Found> {
  const looks = new LRUCache<string, () => Promise<Found>>({ max: keysMax });
  return (key, look) => {
    const together = looks.get(key) ?? lookTogether(look, keptMs);
    looks.set(key, together);
    return together();
  };
}
