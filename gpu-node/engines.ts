import { Refusal } from "../platform/process/refusal.js";
import type { Engine } from "./engine.js";
import { createSynthEngine } from "./synth/synthEngine.js";

/** Every engine that a node can run, by the name in NODE_ENGINE. */
const engines: Readonly<Record<string, () => Engine>> = {
  synth: createSynthEngine,
};

/** @throws Refusal for a name that is not one */
export function openEngine(name: string): Engine {
  const open = Object.hasOwn(engines, name) ? engines[name] : undefined;
  if (open !== undefined) return open();
  throw new Refusal(`NODE_ENGINE must be one of ${Object.keys(engines).join(", ")}.`);
}

/** Those of its models that the operator names, or all. @throws Refusal for a name that is not one */
export function modelsOffered({ name, models }: Engine, named: readonly string[]): string[] {
  if (named.some((each) => !models.includes(each))) {
    throw new Refusal(`NODE_MODELS must be models of the engine ${name}: ${models.join(", ")}.`);
  }
  return models.filter((model) => named.length === 0 || named.includes(model));
}
