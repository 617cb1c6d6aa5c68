/**
 * The server's list of models. A node offers names from it; a name that is not here is not offered,
 * whatever a node says.
 */
export const knownModels = [
  "synth-1",
  "stable-audio-open-1.0",
  "stable-audio-open-small",
  "stable-audio-3-medium",
  "foundation-1",
  "audialab-edm-elements",
  "rc-infinite-pianos",
  "rc-vocal-textures",
  "sao-instrumental",
  "stablebeat",
  "gluten-v1",
] as const;

export const isKnownModel = (name: string): boolean => knownModels.some((known) => known === name);

/**
 * Our own synth makes the same audio for prompts that say the same to it, seed and all else being equal,
 * and for words that it does not know. Nobody who runs it is to lose by that.
 */
const modelsPastWords: readonly string[] = ["synth-1"];

/** Whether another prompt must give other audio, all else being equal. */
export const heedsWords = (model: string): boolean => !modelsPastWords.includes(model);
