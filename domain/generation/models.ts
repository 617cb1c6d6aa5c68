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
 * Our own synth heeds what it understands, and says so: of prompts that say the same to it, it makes the
 * same audio, seed and all else being equal. Nobody who runs it is to lose by that.
 */
const modelsThatUnderstand: readonly string[] = ["synth-1"];

/** What of a prompt must give other audio, all else being equal. */
export function wordsHeeded(
  model: string,
  { prompt, understood }: { readonly prompt: string; readonly understood: string | undefined },
): string {
  if (!modelsThatUnderstand.includes(model) || understood === undefined) return prompt;
  // How many words it did not understand changes nothing in what it makes.
  return understood.replace(/(^|; )unknown=\d+$/, "");
}

/** Whether plain words, such as a lone kick, may sound the same with another seed: that is nobody's fault. */
export const mayRepeatItself = (model: string): boolean => modelsThatUnderstand.includes(model);
