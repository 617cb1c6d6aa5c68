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
