/**
 * The server's list of models. A node offers names from it; a name that is not here is not offered,
 * whatever a node says.
 */
export const knownModels = ["synth-1", "stable-audio-open-1.0", "stable-audio-open-small"] as const;

export const isKnownModel = (name: string): boolean => knownModels.some((known) => known === name);
