import type { Stem } from "../audio/music.js";

/** What a piece of work needs of a node, and what a node can do. */
export interface Needs {
  readonly model: string | null;
  readonly stems: readonly Stem[];
  readonly audioMs: number;
  readonly sampleRate: number;
}

export interface Abilities {
  /** Names from the server's list. */
  readonly models: readonly string[];
  readonly stems: boolean;
  readonly audioMsMax: number;
  readonly sampleRateMax: number;
}

/** The waiting line for this kind of work; BullMQ's name for it, so no colon. */
export const queueOf = ({ model, stems }: Pick<Needs, "model" | "stems">): string =>
  `gen-${model ?? "any"}-${stems.length > 0 ? "stems" : "plain"}`;

export function queuesServedBy({ models, stems }: Pick<Abilities, "models" | "stems">): string[] {
  const kinds = stems ? ["plain", "stems"] : ["plain"];
  return ["any", ...models].flatMap((model) => kinds.map((kind) => `gen-${model}-${kind}`));
}

export type Unfit = "model" | "stems" | "too-long" | "sample-rate-too-high";

/** Why this node can't do this work, or undefined when it can. */
export function unfitness(needs: Needs, able: Abilities): Unfit | undefined {
  if (needs.model !== null && !able.models.includes(needs.model)) return "model";
  if (needs.stems.length > 0 && !able.stems) return "stems";
  if (needs.audioMs > able.audioMsMax) return "too-long";
  if (needs.sampleRate > able.sampleRateMax) return "sample-rate-too-high";
  return undefined;
}
