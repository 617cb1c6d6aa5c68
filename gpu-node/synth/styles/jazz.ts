import type { Style } from "./style.js";

const turnarounds = [
  [2, 5, 1, 6],
  [1, 6, 2, 5],
  [3, 6, 2, 5],
] as const;

/** Styles that grew out of the blues and out of church. */
export const jazzStyles: readonly Style[] = [
  {
    name: "jazz",
    tempo: [96, 184],
    swings: "eighths",
    modes: ["Ionian", "Dorian", "Aeolian"],
    harmony: { moves: "travels", barsPerChord: 1, chord: "seventh", ways: turnarounds },
    kit: "brushes",
    grooves: [
      {
        ride: "x...X.x.x...X.x.",
        hat: "....x.......x...",
        snare: "......?.......g.",
      },
      {
        ride: "x...X.x.x...X.x.",
        hat: "....x.......x...",
        snare: "..g.......?...o.",
        kick: "..............o.",
      },
    ],
    fills: [{ snare: "________o.x.x.xx", kick: "__________o.....", lowTom: "____________x..." }],
    parts: [
      { instrument: "uprightBass", rhythms: ["1---3---5---6---", "1---2---3---5---"] },
      {
        instrument: "piano",
        rhythms: ["x.....x-........", "..x-......x-....", "......x-....x-.."],
      },
      {
        instrument: "saxophone",
        rhythms: ["x-x-x---..x-x-x- x---....x-x-....", "..x-x-x-x-----.. x-x-x-..x---...."],
        level: -2,
      },
      {
        instrument: "trumpet",
        rhythms: ["........x-x-x--- ................"],
        level: -7,
        isLate: true,
      },
    ],
    mix: { pump: 0, roomSeconds: 1.1, drive: 0.05, echoSteps: 4, drumLevel: -3 },
  },
  {
    name: "swing",
    tempo: [120, 208],
    swings: "eighths",
    modes: ["Ionian", "Mixolydian", "Dorian"],
    harmony: { moves: "travels", barsPerChord: 1, chord: "seventh", ways: turnarounds },
    kit: "live",
    grooves: [
      {
        kick: "x...x...x...x...",
        snare: "....X.......X...",
        hat: "x...x.x.x...x.x.",
      },
    ],
    fills: [{ snare: "x.xxX.xxx.xxX.x.", lowTom: "________X...X...", crash: "X_______________" }],
    parts: [
      { instrument: "uprightBass", rhythms: ["1---1---5---5---", "1---3---5---3---"] },
      {
        instrument: "brass",
        rhythms: ["..x---....x-....", "x-....x---......", "......x-x-....x-"],
        level: -1,
      },
      { instrument: "clarinet", rhythms: ["x-x-x-x-x---x-x-", "x---x-x-x-x-x---"], level: -4 },
      { instrument: "trumpet", level: -6, isLate: true },
    ],
    mix: { pump: 0, roomSeconds: 1.2, drive: 0.2, echoSteps: 4, drumLevel: 0.5 },
  },
  {
    name: "blues",
    tempo: [66, 124],
    swings: "eighths",
    modes: ["Mixolydian", "Dorian", "Aeolian"],
    harmony: {
      moves: "travels",
      barsPerChord: 1,
      chord: "seventh",
      ways: [
        [1, 4, 1, 5],
        [1, 1, 4, 5],
        [1, 4, 5, 1],
      ],
    },
    kit: "live",
    grooves: [
      { kick: "X.....o.X.......", snare: "....X.......X...", ride: "x.o.x.o.x.o.x.o." },
      { kick: "X.......X.....o.", snare: "....X.......X.o.", hat: "x.o.x.o.x.o.x.o." },
    ],
    fills: [{ snare: "________x.x.x.xx", kick: "________x......." }],
    parts: [
      { instrument: "fingerBass", rhythms: ["1---3---5---6---", "1---1---5---3---"], low: 36 },
      {
        instrument: "mutedGuitar",
        rhythms: ["x-x-x-x-x-x-x-x-", "x-..x-x-x-..x-x-"],
        level: -6,
      },
      { instrument: "harmonica", rhythms: ["x---x-x-x------- ....x-x-x-x-----"], level: -3 },
      { instrument: "organ", rhythms: ["x-------x-------"], level: -10, isLate: true },
    ],
    mix: { pump: 0, roomSeconds: 0.9, drive: 0.35, echoSteps: 4, drumLevel: -0.5 },
  },
  {
    name: "soul",
    tempo: [64, 112],
    modes: ["Dorian", "Ionian", "Aeolian"],
    harmony: { moves: "travels", barsPerChord: 1, chord: "ninth" },
    kit: "dusty",
    grooves: [
      {
        kick: "X.........xx....",
        snare: "....X.......X...",
        tambourine: "....X.......X...",
        hat: "o.o.o.o.o.o.o.o.",
      },
      {
        kick: "X..x......x.....",
        snap: "....X.......X...",
        tambourine: "....x.......x...",
        rim: "....o.......o...",
      },
    ],
    fills: [{ snare: "____________xxgX", kick: "________x......." }],
    parts: [
      { instrument: "fingerBass", rhythms: ["1-----1---5-3---", "1---..1.1---..5-"] },
      { instrument: "rhodes", rhythms: ["x-------x---x---", "x-----------..x-"], level: -3 },
      {
        instrument: "brass",
        rhythms: ["............x.x-", "x---............"],
        level: -6,
        isLate: true,
      },
      { instrument: "choir", rhythms: ["x-------x-------"], level: -8 },
    ],
    mix: { pump: 0.1, roomSeconds: 1.2, drive: 0.25, echoSteps: 4, drumLevel: -0.5 },
  },
  {
    name: "gospel",
    tempo: [68, 126],
    swings: "eighths",
    modes: ["Ionian", "Mixolydian"],
    harmony: {
      moves: "travels",
      barsPerChord: 1,
      chord: "triad",
      ways: [
        [1, 4, 1, 5],
        [6, 4, 1, 5],
        [4, 5, 6, 1],
      ],
    },
    kit: "live",
    grooves: [
      {
        clap: "....X.......X...",
        tambourine: "x.o.X.o.x.o.X.o.",
        kick: "X.......X.....x.",
      },
      {
        clap: "..X...X...X...X.",
        tambourine: "x.x.x.x.x.x.x.x.",
        kick: "X...X...X...X...",
      },
    ],
    fills: [{ clap: "________X.X.X.X.", snare: "____________x.xx" }],
    parts: [
      { instrument: "choir", rhythms: ["x---x-x-x-------", "x-----x-x---x---"], level: 0 },
      { instrument: "organ", rhythms: ["x---------------", "x-------x-------"], level: -3 },
      { instrument: "piano", rhythms: ["x-x-..x-x-..x-x-", "..x-x-....x-x-.."], level: -4 },
      { instrument: "fingerBass", rhythms: ["1---....1---5---", "1---3---4---5---"] },
    ],
    mix: { pump: 0, roomSeconds: 1.9, drive: 0.15, echoSteps: 4, drumLevel: -0.5 },
  },
];
