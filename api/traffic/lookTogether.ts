/**
 * For what anybody may ask and is dear to find out: while somebody is being told, whoever asks too is
 * told the same. So no number of callers makes it happen twice at a time.
 */
export function lookTogether<Found>(look: () => Promise<Found>): () => Promise<Found> {
  let running: Promise<Found> | undefined;
  return () => {
    running ??= look().finally(() => {
      running = undefined;
    });
    return running;
  };
}
