/**
 * The strength of each partial of a tone: partial 1 is the note itself, partial n sounds at n times
 * its frequency, `hertz`. Overall scale does not matter; tables are brought to one loudness.
 */
export type Spectrum = (partial: number, hertz: number) => number;

export const sine: Spectrum = (partial) => (partial === 1 ? 1 : 0);

export const saw: Spectrum = (partial) => 1 / partial;

export const square: Spectrum = (partial) => (partial % 2 === 1 ? 1 / partial : 0.04 / partial);

export const triangle: Spectrum = (partial) => (partial % 2 === 1 ? 1 / (partial * partial) : 0);

/** A saw with its top taken off: half-way to a triangle. */
export const mellowSaw: Spectrum = (partial) => 1 / (partial * Math.sqrt(partial));

export const round: Spectrum = (partial) => 1 / (partial * partial * partial);

/** The drawbars of an organ: octaves and fifths above the note. */
export const organ: Spectrum = drawn({ 1: 1, 2: 0.85, 3: 0.6, 4: 0.45, 6: 0.25, 8: 0.2 });

/** A struck bar: the note, its double octave, and a glint three octaves up. */
export const bell: Spectrum = drawn({ 1: 1, 2: 0.12, 4: 0.5, 8: 0.22, 12: 0.08, 16: 0.06 });

/** The tine of an electric piano when it is struck hard. */
export const tine: Spectrum = drawn({ 1: 1, 2: 0.5, 3: 0.22, 4: 0.2, 6: 0.1, 8: 0.12, 16: 0.05 });

/** A wound string under a hard pick and a driven amplifier; octaves and fifths carry the edge. */
export const overdriven: Spectrum = (partial, hertz) =>
  rolledOff(hertz, 2_400) * ((partial % 2 === 0 ? 0.8 : 1) / Math.sqrt(partial));

/** A reed or bowed string: strong low partials and a body that rings around 400 Hz and 2 kHz. */
export const bowed: Spectrum = (partial, hertz) =>
  (0.35 + resonance(hertz, 420, 260) + 0.5 * resonance(hertz, 2_000, 900)) / partial;

/** Lips on brass: full up to about 1.4 kHz, then falling fast. */
export const brass: Spectrum = (partial, hertz) => rolledOff(hertz, 1_400) / Math.sqrt(partial);

/** A blown reed in a cone: all partials, and a bell that rings around 600 Hz, 1.3 kHz and 3 kHz. */
export const reed: Spectrum = (partial, hertz) =>
  (0.3 +
    resonance(hertz, 620, 300) +
    0.8 * resonance(hertz, 1_300, 500) +
    0.6 * resonance(hertz, 3_000, 1_200)) /
  Math.sqrt(partial);

/** A reed in a cylinder: hardly any even partials at the bottom, all of them higher up. */
export const hollow: Spectrum = (partial, hertz) =>
  (rolledOff(hertz, 2_600) * (partial % 2 === 1 || partial > 8 ? 1 : 0.12)) / Math.sqrt(partial);

/** One trumpet, nearer than a section of brass and brighter. */
export const trumpetBell: Spectrum = (_, hertz) =>
  (0.4 + resonance(hertz, 1_250, 700)) * rolledOff(hertz, 3_200);

/** Free reeds of an accordion or a harmonica: thin and buzzing. */
export const freeReed: Spectrum = (partial, hertz) =>
  ((partial % 2 === 0 ? 1 : 0.7) * (0.4 + resonance(hertz, 1_800, 1_100))) / Math.sqrt(partial);

/** A string over a skin: little of the note itself, much of what is above it. */
export const twang: Spectrum = (partial, hertz) =>
  ((0.3 + resonance(hertz, 700, 350) + resonance(hertz, 2_900, 1_400)) *
    (partial === 1 ? 0.6 : 1)) /
  Math.sqrt(partial);

/** A solo violin near the ear: its body rings around 290 Hz, 500 Hz and 2.8 kHz. */
export const fiddle: Spectrum = (partial, hertz) =>
  (0.3 +
    0.7 * resonance(hertz, 290, 120) +
    resonance(hertz, 500, 180) +
    0.9 * resonance(hertz, 2_800, 1_100)) /
  Math.sqrt(partial);

/** The same an octave deeper, and rounder. */
export const celloBody: Spectrum = (partial, hertz) =>
  (0.3 + resonance(hertz, 220, 120) + 0.7 * resonance(hertz, 650, 260)) / partial;

/** A beaten steel dish: the note, its octave and twelfth, tuned by hammer. */
export const dish: Spectrum = drawn({ 1: 1, 2: 0.8, 3: 0.35, 4: 0.3, 6: 0.14, 8: 0.08 });

/** As flat as a buzzer: half-way from a saw to a row of needles. */
export const buzz: Spectrum = (partial) => 1 / Math.sqrt(partial);

/** The resonances of a throat, in hertz with their strengths, for three vowels. */
const vowels = {
  ah: [
    [730, 1],
    [1_090, 0.5],
    [2_440, 0.16],
  ],
  oh: [
    [450, 1],
    [800, 0.4],
    [2_830, 0.06],
  ],
  ee: [
    [300, 1],
    [2_250, 0.3],
    [3_000, 0.16],
  ],
} as const;

export const sung =
  (vowel: keyof typeof vowels): Spectrum =>
  (partial, hertz) => {
    const throat = vowels[vowel].reduce(
      (sum, [centre, strength]) => sum + strength * resonance(hertz, centre, 70 + centre / 16),
      0.03,
    );
    return throat / Math.sqrt(partial);
  };

function drawn(bars: Readonly<Record<number, number>>): Spectrum {
  return (partial) => bars[partial] ?? 0;
}

const resonance = (hertz: number, centre: number, width: number): number =>
  (width * width) / (width * width + (hertz - centre) * (hertz - centre));

const rolledOff = (hertz: number, corner: number): number =>
  1 / (1 + (hertz * hertz) / (corner * corner));
