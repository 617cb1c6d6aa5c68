import { Refusal } from "../platform/process/refusal.js";
import type { Engine } from "./engine.js";
import { createSynthEngine } from "./synth/synthEngine.js";

/** Every engine that a node can run, by the name in NODE_ENGINE. */
const engines: Readonly<Record<string, () => Engine>> = {
  synth: createSynthEngine,
};

/** @throws Refusal for a name that is not one */
export function openEngine(name: string): Engine {
  const open = engines[name];
  if (open !== undefined) return open();
  throw new Refusal(`NODE_ENGINE must be one of ${Object.keys(engines).join(", ")}.`);
}
