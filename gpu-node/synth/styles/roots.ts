import type { Style } from "./style.js";

/** Songs and dances that are older than the loudspeaker, and what grew beside them. */
export const rootsStyles: readonly Style[] = [
  {
    name: "waltz",
    tempo: [84, 190],
    metre: "3/4",
    modes: ["Ionian", "Aeolian"],
    harmony: {
      moves: "travels",
      barsPerChord: 1,
      chord: "triad",
      ways: [
        [1, 5, 5, 1],
        [1, 4, 5, 1],
        [1, 6, 4, 5],
      ],
    },
    kit: "brushes",
    grooves: [
      { kick: "X...........", snare: "....o...o...", triangle: "............ ........x..." },
      { kick: "X...........", hat: "....x...x...", tambourine: "........o..." },
    ],
    fills: [{ snare: "____x.x.x.xx" }],
    parts: [
      { instrument: "uprightBass", rhythms: ["1-----------", "1-----------5-----------"] },
      { instrument: "piano", rhythms: ["....x---x---", "....x-..x-.."], level: -3 },
      {
        instrument: "violin",
        rhythms: ["x-------x--- x---x---x---", "x-----x-x--- x-----------"],
        level: -2,
      },
      { instrument: "accordion", rhythms: ["....x-..x-.."], level: -7, isLate: true },
      { instrument: "strings", rhythms: ["x-----------"], level: -9 },
    ],
    mix: { pump: 0, roomSeconds: 1.8, drive: 0, echoSteps: 4, drumLevel: -5 },
  },
  {
    name: "country",
    tempo: [92, 144],
    modes: ["Ionian", "Mixolydian"],
    harmony: {
      moves: "travels",
      barsPerChord: 1,
      chord: "triad",
      ways: [
        [1, 4, 1, 5],
        [1, 1, 4, 5],
        [1, 5, 4, 1],
      ],
    },
    kit: "brushes",
    grooves: [
      { kick: "X.......X.......", snare: "gogoXogogogoXogo" },
      { kick: "X.......X.......", snare: "g.ggX.ggg.ggX.gg", tambourine: "....o.......o..." },
    ],
    fills: [{ snare: "________x.xxX.xX" }],
    parts: [
      { instrument: "fingerBass", rhythms: ["1---....5---....", "1---....5---1-3-"] },
      { instrument: "banjo", level: -2 },
      {
        instrument: "cleanGuitar",
        plays: "chords",
        rhythms: ["....x-......x-..", "..x...x...x...x."],
        level: -4,
      },
      { instrument: "violin", level: -6, isLate: true },
    ],
    mix: { pump: 0, roomSeconds: 0.8, drive: 0.1, echoSteps: 4, drumLevel: -1 },
  },
  {
    name: "folk",
    tempo: [76, 132],
    modes: ["Ionian", "Dorian", "Mixolydian"],
    harmony: { moves: "travels", barsPerChord: 1, chord: "triad" },
    kit: "brushes",
    grooves: [
      { kick: "x.......x.......", shaker: "o.g.o.g.o.g.o.g." },
      { lowTom: "x.....x.x.......", tambourine: "....o.......o..." },
    ],
    fills: [{ lowTom: "________x.x.x.x." }],
    parts: [
      {
        instrument: "cleanGuitar",
        rhythms: ["x.x.x.x.x.x.x.x.", "x.xxx.x.x.xxx.x."],
        level: 0,
      },
      { instrument: "ukulele", level: -5 },
      { instrument: "uprightBass", rhythms: ["1-------5-------", "1---------1-5---"], level: -5 },
      { instrument: "violin", level: -4 },
      { instrument: "whistle", level: -9, isLate: true },
    ],
    mix: { pump: 0, roomSeconds: 1.2, drive: 0, echoSteps: 4, drumLevel: -5 },
  },
  {
    name: "punk",
    tempo: [150, 216],
    modes: ["Ionian", "Mixolydian", "Aeolian"],
    harmony: {
      moves: "travels",
      barsPerChord: 1,
      chord: "power",
      ways: [
        [1, 4, 5, 4],
        [1, 5, 6, 4],
        [1, 1, 4, 5],
      ],
    },
    kit: "live",
    grooves: [
      { kick: "X...X...X...X...", snare: "..X...X...X...X.", crash: "x...x...x...x..." },
      { kick: "X...X.X.X...X.X.", snare: "..X...X...X...X.", openHat: "x.x.x.x.x.x.x.x." },
    ],
    fills: [{ snare: "________XxXxXxXX", kick: "________X...X..." }],
    parts: [
      { instrument: "fingerBass", rhythms: ["1-1-1-1-1-1-1-1-"] },
      {
        instrument: "distortedGuitar",
        rhythms: ["x-x-x-x-x-x-x-x-", "xxx-x-x-xxx-x-x-"],
        level: 0,
      },
      { instrument: "lead", level: -8, isLate: true },
    ],
    mix: { pump: 0, roomSeconds: 0.7, drive: 0.7, echoSteps: 4, drumLevel: 0 },
  },
  {
    name: "hyperpop",
    tempo: [140, 180],
    modes: ["Ionian", "Lydian", "Aeolian"],
    harmony: { moves: "travels", barsPerChord: 1, chord: "triad" },
    kit: "crushed",
    grooves: [
      { kick: "X..X..X.X..X..X.", clap: "....X.......X...", hat: "xxx.xxx.xxx.xxxx" },
      {
        kick: "X..X..X...X.XX..",
        snare: "....X..x....X...",
        hat: "x.xxx.xxx.xxx.xx",
        cowbell: "......x.......x.",
      },
    ],
    fills: [{ snare: "________xxxxXXXX", kick: "________X.X.XXXX" }],
    parts: [
      { instrument: "eightOhEight", rhythms: ["1-----1-1-----1-", "1--1--1---1-----"], level: -3 },
      { instrument: "supersaw", rhythms: ["x--x--x-x--x--x-", "x---x---x---x-x-"] },
      { instrument: "squareLead", rhythms: ["x.x.xx.x.xx.x.x.", "x.xxx.x.x.x.xxx."], level: -4 },
      { instrument: "voxChop", rhythms: ["x.x...x.x.x...x."], low: 74, level: -5 },
    ],
    mix: { pump: 0.35, roomSeconds: 0.9, drive: 0.9, echoSteps: 3, drumLevel: 1.5 },
  },
];
