import { drumHabits } from "../instruments/drumHabits.js";
import type { DrumName } from "../instruments/drumKits.js";
import type { Mood } from "../prompt/mood.js";
import type { Random } from "../sound/random.js";
import type { Style } from "../styles/style.js";
import { type Mark, readRhythm } from "./notation.js";
import type { DrumPart, Hit } from "./song.js";
import type { TimeGrid } from "./timeGrid.js";
import { beginsWithin, isLeftOut, swing } from "./timing.js";
import { characterAt, restsOf, type Variation, vary } from "./variation.js";

const barsPerPhrase = 4;
const optionalChance = 0.5;
/** A roll of three over an eighth swells. */
const rollVelocities = [0.75, 0.85, 1] as const;
const rollSteps = 2 / 3;
/** No two hits are equally hard, and some bars are played a little softer. */
const velocitySpread = 0.16;
const softestBar = 0.86;

export interface DrumScore {
  readonly drum: DrumName;
  readonly groove: string;
  readonly fill: string;
  readonly isLate: boolean;
  /** Whether it only accompanies: in some bars of a longer loop it rests. */
  readonly accompanies: boolean;
  /** Whether it plays alone, or with one other drum. */
  readonly isAlone: boolean;
}

export interface Session {
  readonly grid: TimeGrid;
  readonly mood: Mood;
  readonly swings: Style["swings"];
  /** How freely bars differ: 1 in a band, more where a voice is nearly alone. */
  readonly freedom: number;
}

/** The hits of one drum over the loop: its groove, with fills at the ends of phrases. */
export function playDrum(score: DrumScore, session: Session, random: Random): DrumPart {
  const { grid, mood, swings } = session;
  const rests = score.accompanies ? restsOf(grid, random) : noRests;
  const louder = barVelocities(grid, random);
  const marks = readRhythm(withFills(varied(score, session, random), score.fill, grid), grid.steps);
  const hits = marks.flatMap((mark): Hit[] => {
    const bar = Math.floor(mark.step / grid.stepsPerBar);
    const spread = 1 - velocitySpread / 2 + velocitySpread * random();
    const velocity = Math.min(1, mark.velocity * spread * (louder[bar] ?? 1));
    if (mark.character === "?" && random() > optionalChance) return [];
    if (isLeftOut(mark, { grid, mood, isLate: score.isLate, rests })) return [];
    const isRoll = mark.character === "t" && grid.stepUnit === 1;
    return isRoll ? roll(mark, velocity) : [{ step: swing(mark.step, swings), velocity }];
  });
  return { drum: score.drum, hits: hits.filter((hit) => beginsWithin(grid, hit)) };
}

const noRests: ReadonlySet<number> = new Set();

function habitsOf({ drum, isAlone }: DrumScore): Variation {
  const { varies, variesAlone = varies } = drumHabits[drum];
  return isAlone ? variesAlone : varies;
}

function varied(score: DrumScore, session: Session, random: Random): string {
  const { groove } = score;
  const { grid, mood, freedom } = session;
  const written = Array.from({ length: grid.steps }, (_, step) => characterAt(groove, step)).join(
    "",
  );
  // What a fill alone plays stays silent elsewhere.
  if (groove === "") return written;
  const { drops, adds, ...habits } = habitsOf(score);
  return vary(
    written,
    { ...habits, drops: drops * freedom, adds: adds * freedom },
    { density: mood.density, stepsPerBar: grid.stepsPerBar },
    random,
  );
}

/** The first bar is played in full, the others now and then a little softer. */
const barVelocities = ({ steps, stepsPerBar }: TimeGrid, random: Random): number[] =>
  Array.from({ length: Math.ceil(steps / stepsPerBar) }, (_, bar) =>
    bar === 0 ? 1 : softestBar + (1 - softestBar) * random(),
  );

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

function roll({ step }: Mark, velocity: number): Hit[] {
  return rollVelocities.map((share, index) => ({
    step: step + index * rollSteps,
    velocity: velocity * share,
  }));
}
