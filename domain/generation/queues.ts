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

/**
 * Rates and lengths come in classes: a node that reaches the top of a class can do all of it. So what
 * stands in a line that a node serves fits that node, and there are few lines.
 */
const hertzClasses = [44_100, 48_000, 96_000, 192_000] as const;
const secondsClasses = [2, 5, 10, 20, 30] as const;

interface QueueNeeds {
  readonly model: string | null;
  readonly stems: boolean;
  /** The tops of the classes: Hz, and seconds. */
  readonly hertz: number;
  readonly seconds: number;
}

const queueNeedsOf = ({ model, stems, audioMs, sampleRate }: Needs): QueueNeeds => ({
  model,
  stems: stems.length > 0,
  hertz: hertzClasses.find((top) => sampleRate <= top) ?? sampleRate,
  seconds: secondsClasses.find((top) => audioMs <= 1000 * top) ?? Math.ceil(audioMs / 1000),
});

/** The waiting line for this kind of work; BullMQ's name for it, so no colon. */
export function queueOf(needs: Needs): string {
  const { model, stems, hertz, seconds } = queueNeedsOf(needs);
  return `gen-${model ?? "any"}-${stems ? "stems" : "plain"}-${hertz}hz-${seconds}s`;
}

const queueForm = /^gen-(.+)-(plain|stems)-(\d+)hz-(\d+)s$/;

function readQueue(queue: string): QueueNeeds | undefined {
  const [, model = "", kind, hertz, seconds] = queueForm.exec(queue) ?? [];
  if (kind === undefined) return undefined;
  return {
    model: model === "any" ? null : model,
    stems: kind === "stems",
    hertz: Number(hertz),
    seconds: Number(seconds),
  };
}

export type Unfit = "model" | "stems" | "too-long" | "sample-rate-too-high";

/** Why this node does not serve this line, or undefined when it does. A name of another form is no line. */
export function unfitnessForQueue(queue: string, able: Abilities): Unfit | undefined {
  const needs = readQueue(queue);
  return needs === undefined ? "model" : unfitnessFor(needs, able);
}

export const servesQueue = (able: Abilities, queue: string): boolean =>
  unfitnessForQueue(queue, able) === undefined;

/** Why this node can't do this work, or undefined when it can. */
export const unfitness = (needs: Needs, able: Abilities): Unfit | undefined =>
  unfitnessFor(queueNeedsOf(needs), able);

function unfitnessFor(needs: QueueNeeds, able: Abilities): Unfit | undefined {
  if (needs.model !== null && !able.models.includes(needs.model)) return "model";
  if (needs.stems && !able.stems) return "stems";
  if (1000 * needs.seconds > able.audioMsMax) return "too-long";
  if (needs.hertz > able.sampleRateMax) return "sample-rate-too-high";
  return undefined;
}
