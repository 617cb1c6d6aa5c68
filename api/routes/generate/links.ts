const base = "/api/v1/generate";

/** Where a generation can be followed, and its audio be had. */
export const linksOf = (generationId: string) => ({
  status_url: `${base}/status/${generationId}`,
  events_url: `${base}/${generationId}/events`,
  audio_url: `${base}/${generationId}/audio`,
});
