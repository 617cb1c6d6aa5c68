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
