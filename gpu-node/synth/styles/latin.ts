import type { Style } from "./style.js";

/** Styles of the Caribbean, of South America and of Africa, and what dance floors made of them. */
export const latinStyles: readonly Style[] = [
  {
    name: "bossa nova",
    tempo: [108, 152],
    modes: ["Ionian", "Dorian", "Aeolian"],
    harmony: {
      moves: "travels",
      barsPerChord: 1,
      chord: "ninth",
      ways: [
        [1, 6, 2, 5],
        [1, 2, 5, 1],
        [2, 5, 1, 1],
      ],
    },
    kit: "brushes",
    grooves: [
      {
        kick: "x.....oox.....oo",
        rim: "x..x..x...x..x..",
        hat: "ogogogogogogogog",
      },
      {
        kick: "x.....oox.....oo",
        rim: "..x..x..x..x..x.",
        shaker: "xgogxgogxgogxgog",
      },
    ],
    fills: [{ rim: "________x.x.x.x.", snare: "____________..gg" }],
    parts: [
      { instrument: "uprightBass", rhythms: ["1-----5-5-----1-", "1-----5-5-----3-"] },
      {
        instrument: "cleanGuitar",
        plays: "chords",
        rhythms: ["x-..x-.x..x-.x..", "..x-.x..x-..x-x."],
        level: -2,
      },
      { instrument: "flute", rhythms: ["x-----x-x---x--- ..x---x---------"], level: -4 },
      { instrument: "rhodes", rhythms: ["x---------------"], level: -9, isLate: true },
    ],
    mix: { pump: 0, roomSeconds: 1.2, drive: 0, echoSteps: 4, drumLevel: -4 },
  },
  {
    name: "salsa",
    tempo: [84, 120],
    modes: ["Aeolian", "Dorian", "Mixolydian"],
    harmony: {
      moves: "travels",
      barsPerChord: 1,
      chord: "triad",
      ways: [
        [1, 4, 5, 4],
        [1, 7, 6, 5],
        [1, 4, 5, 1],
      ],
    },
    kit: "live",
    grooves: [
      {
        clave: "X..X..X...X.X...",
        conga: "g.xgg.xxg.xgg.xx",
        cowbell: "X.o.X.oxX.o.X.ox",
        timbale: "..........x..x.x",
      },
      {
        clave: "..X.X...X..X..X.",
        conga: "g.xgg.xxg.xgg.xx",
        bongo: "xgogxgogxgogxgog",
        guiro: "x...o.o.x...o.o.",
        cowbell: "X...x...X...x...",
      },
    ],
    fills: [{ timbale: "________x.xxX.xX", cowbell: "____________...." }],
    parts: [
      { instrument: "uprightBass", rhythms: ["...1--5-....1---", "...1--5-...1--3-"] },
      {
        instrument: "piano",
        plays: "arpeggio",
        rhythms: ["x.xx.xx.xx.xx.x.", "x.x.xx.xx.xx.xx."],
        low: 60,
      },
      { instrument: "trumpet", rhythms: ["x.x.....x--.x...", "....x.x-....x.x-"], level: -4 },
      {
        instrument: "brass",
        rhythms: ["............x..x", "x..x............"],
        level: -6,
        isLate: true,
      },
    ],
    mix: { pump: 0, roomSeconds: 1, drive: 0.15, echoSteps: 4, drumLevel: 1.5 },
  },
  {
    name: "reggaeton",
    tempo: [84, 104],
    modes: ["Aeolian", "Phrygian"],
    harmony: { moves: "travels", barsPerChord: 1, chord: "triad" },
    kit: "boom",
    grooves: [
      { kick: "X...X...X...X...", snare: "...X..X....X..X.", hat: "x.x.x.x.x.x.x.x." },
      {
        kick: "X...X...X...X...",
        snare: "...X..X....X..X.",
        timbale: "...o..o....o..o.",
        shaker: "o.o.o.o.o.o.o.o.",
      },
    ],
    fills: [{ snare: "___X..X.___XxxXX", kick: "____________...." }],
    parts: [
      { instrument: "sub", rhythms: ["1--1--1-1--1--1-", "1-----1-1-----5-"], level: -3.5 },
      { instrument: "pluck", rhythms: ["x..x..x.x..x..x.", "x..x..x...x...x."], level: -4 },
      {
        instrument: "voxChop",
        rhythms: ["......x-......x-", "x-....x-........"],
        level: -7,
        isLate: true,
      },
    ],
    mix: { pump: 0.25, roomSeconds: 1.1, drive: 0.4, echoSteps: 3, drumLevel: 2 },
  },
  {
    name: "dancehall",
    tempo: [88, 116],
    modes: ["Aeolian", "Dorian", "Mixolydian"],
    harmony: { moves: "rocks", barsPerChord: 1, chord: "triad" },
    kit: "club",
    grooves: [
      { kick: "X..X..........X.", snare: "......X.......X.", hat: "..x...x...x...x." },
      {
        kick: "X..X....X..X....",
        clap: "......X.......X.",
        rim: "..x...x...x...x.",
        openHat: "..o.......o.....",
      },
    ],
    fills: [{ snare: "______X...x.xxX.", highTom: "____________..x." }],
    parts: [
      { instrument: "synthBass", rhythms: ["1..1...........1", "1..1..5-1..1...."] },
      { instrument: "organ", rhythms: ["....x.......x...", "..x...x...x...x."], level: -3 },
      { instrument: "steelDrum", rhythms: ["x.x..x..x.x....."], level: -5 },
      { instrument: "brass", rhythms: ["x..x..x........."], level: -8, isLate: true },
    ],
    mix: { pump: 0.1, roomSeconds: 1, drive: 0.3, echoSteps: 3, drumLevel: 1 },
  },
  {
    name: "afrobeat",
    tempo: [96, 126],
    modes: ["Dorian", "Mixolydian", "Aeolian"],
    harmony: { moves: "rocks", barsPerChord: 2, chord: "seventh" },
    kit: "live",
    grooves: [
      {
        kick: "X..x....x...x...",
        snare: "......x..g....x.",
        shaker: "xoxoxoxoxoxoxoxo",
        cowbell: "x..x..x.x..x.x..",
        conga: "..x...xx..x...x.",
      },
      {
        kick: "X...x..x..x.x...",
        rim: "...x..x....x..x.",
        shaker: "xgxoxgxoxgxoxgxo",
        conga: "x..xx..x.x..x.xx",
        clave: "x..x..x...x.x...",
      },
    ],
    fills: [{ conga: "________xxoxxoxx", snare: "____________x..x" }],
    parts: [
      { instrument: "fingerBass", rhythms: ["1..1.5....1.3...", "..1.1..5..1...3."] },
      {
        instrument: "mutedGuitar",
        plays: "arpeggio",
        rhythms: ["x.xx.x.xx.x.xx.x", "xx.x.xx.x.xx.x.x"],
        low: 64,
      },
      { instrument: "organ", rhythms: ["......x-......x-", "x-....x-....x-.."], level: -6 },
      {
        instrument: "saxophone",
        rhythms: ["x..x..x---..x---", "....x-x-x..x...."],
        level: -4,
        isLate: true,
      },
    ],
    mix: { pump: 0, roomSeconds: 0.9, drive: 0.2, echoSteps: 4, drumLevel: 1.5 },
  },
  {
    name: "amapiano",
    tempo: [106, 118],
    modes: ["Aeolian", "Dorian"],
    harmony: { moves: "travels", barsPerChord: 1, chord: "ninth" },
    kit: "club",
    grooves: [
      {
        shaker: "xoXoxoXoxoXoxoXo",
        rim: "......x..x....x.",
        kick: "x...x...x...x...",
      },
      {
        shaker: "XoxXoxXoXoxXoxXo",
        snap: "......x.......x.",
        kick: "x...........x...",
        conga: "...x..x....x..xx",
      },
    ],
    fills: [{ snare: "________..x.xxxx", kick: "________x..x...." }],
    parts: [
      {
        instrument: "logDrum",
        rhythms: ["...1..1.1...1..5", "1..1..1..1.1..3.", "..11...1..1.5..1"],
        level: -0.5,
      },
      { instrument: "rhodes", rhythms: ["x-----x-........", "......x-----x---"], level: -4 },
      { instrument: "warmPad", level: -8 },
      {
        instrument: "whistle",
        rhythms: ["........x---x-x- ................"],
        level: -10,
        isLate: true,
      },
    ],
    mix: { pump: 0.15, roomSeconds: 1.6, drive: 0.25, echoSteps: 3, drumLevel: -1 },
  },
  {
    name: "tango",
    tempo: [104, 136],
    modes: ["Aeolian", "Phrygian"],
    harmony: {
      moves: "travels",
      barsPerChord: 1,
      chord: "triad",
      ways: [
        [1, 4, 5, 1],
        [1, 5, 1, 5],
        [4, 1, 5, 1],
      ],
    },
    kit: "live",
    grooves: [],
    fills: [],
    parts: [
      { instrument: "uprightBass", rhythms: ["1...1...1...1...", "1...5...1...5..."], level: -1 },
      {
        instrument: "accordion",
        rhythms: ["x...x...x...x.xx", "x..xx...x...x...", "xx.xx...x..xx..."],
        level: -1,
      },
      { instrument: "violin", rhythms: ["x-----x-x---x--- x-------x-x-x-x-"], level: -3 },
      { instrument: "piano", rhythms: ["x...x...x...x...", "x..xx...x...x.x."], level: -4 },
    ],
    mix: { pump: 0, roomSeconds: 1.1, drive: 0.05, echoSteps: 4, drumLevel: -2 },
  },
];
