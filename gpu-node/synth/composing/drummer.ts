import type { DrumName } from "../instruments/drumKits.js";
import type { Mood } from "../prompt/mood.js";
import type { Random } from "../sound/random.js";
import type { Style } from "../styles/style.js";
import { type Mark, readRhythm } from "./notation.js";
import type { DrumPart, Hit } from "./song.js";
import type { TimeGrid } from "./timeGrid.js";
import { beginsWithin, isLeftOut, swing } from "./timing.js";

const barsPerPhrase = 4;
const optionalChance = 0.5;
/** A roll of three over an eighth swells. */
const rollVelocities = [0.75, 0.85, 1] as const;
const rollSteps = 2 / 3;
/** What a busy mood adds to hats and shakers where they rest. */
const busyAbove = 0.5;
const busyDrums: ReadonlySet<DrumName> = new Set(["hat", "shaker"]);

export interface DrumScore {
  readonly drum: DrumName;
  readonly groove: string;
  readonly fill: string;
  readonly isLate: boolean;
}

export interface Session {
  readonly grid: TimeGrid;
  readonly mood: Mood;
  readonly swings: Style["swings"];
}

/** The hits of one drum over the loop: its groove, with fills at the ends of phrases. */
export function playDrum(score: DrumScore, session: Session, random: Random): DrumPart {
  const { grid, mood, swings } = session;
  const isBusy = mood.density > busyAbove && busyDrums.has(score.drum);
  const groove = isBusy ? score.groove.replaceAll(".", "g") : score.groove;
  const marks = readRhythm(withFills(groove, score.fill, grid), grid.steps);
  const hits = marks.flatMap((mark): Hit[] => {
    const velocity = Math.min(1, mark.velocity * (0.94 + 0.12 * random()));
    if (mark.character === "?" && random() > optionalChance) return [];
    if (isLeftOut(mark, { grid, mood, isLate: score.isLate })) return [];
    const isRoll = mark.character === "t" && grid.stepUnit === 1;
    return isRoll ? roll(mark, velocity) : [{ step: swing(mark.step, swings), velocity }];
  });
  return { drum: score.drum, hits: hits.filter((hit) => beginsWithin(grid, hit)) };
}

/** Writes the groove out over the loop, the fill over the last bar of every phrase. */
function withFills(groove: string, fill: string, { steps, stepsPerBar }: TimeGrid): string {
  const [grooveText, fillText] = [groove, fill].map((text) => text.replaceAll(" ", ""));
  const lastBar = Math.floor(steps / stepsPerBar) - 1;
  return Array.from({ length: steps }, (_, step) => {
    const bar = Math.floor(step / stepsPerBar);
    const isFill = bar > 0 && (bar === lastBar || bar % barsPerPhrase === barsPerPhrase - 1);
    const character = isFill ? fillText?.charAt(step % stepsPerBar) : "_";
    const isGroove = character === "_" || character === "" || character === undefined;
    return isGroove ? characterAt(grooveText ?? "", step) : character;
  }).join("");
}

const characterAt = (text: string, step: number): string =>
  text === "" ? "." : text.charAt(step % text.length);

function roll({ step }: Mark, velocity: number): Hit[] {
  return rollVelocities.map((share, index) => ({
    step: step + index * rollSteps,
    velocity: velocity * share,
  }));
}
