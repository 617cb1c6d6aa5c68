import type { Style } from "./style.js";

/** Styles whose weight is in the low end: broken beats, half time, 808s. */
export const bassStyles: readonly Style[] = [
  {
    name: "drum and bass",
    tempo: [160, 184],
    modes: ["Aeolian", "Phrygian", "Dorian"],
    harmony: { moves: "rocks", barsPerChord: 2, chord: "seventh" },
    kit: "broken",
    grooves: [
      {
        kick: "X.........x.....",
        snare: "....X..g....X..g",
        hat: "x.o.x.o.x.o.x.o.",
        ride: "..o...o...o...o.",
      },
      {
        kick: "X.x.......xx....",
        snare: "....X..g.g..X..g",
        hat: "xoxoxoxoxoxoxoxo",
      },
      {
        kick: "X.....x...x..... X.........x..x..",
        snare: "....X.......X..g ....X..g.g..X...",
        hat: "x.x.x.x.x.x.x.xg",
        shaker: "gogogogogogogogo",
      },
    ],
    fills: [
      { kick: "________x..x....", snare: "________.xg.X.xX" },
      { snare: "____X..xX..xX.xx", kick: "__________x....." },
    ],
    lateDrums: ["ride"],
    parts: [
      {
        instrument: "reese",
        rhythms: ["1---------1-----", "1-----1---5-----", "1--1------1---3-"],
      },
      { instrument: "pad", level: -7 },
      {
        instrument: "pluck",
        rhythms: ["x.....x...x.....", "x..x..x...x..x.."],
        level: -9,
        isLate: true,
      },
    ],
    mix: { pump: 0.3, roomSeconds: 1.6, drive: 0.45, echoSteps: 6, drumLevel: 2 },
  },
  {
    name: "dubstep",
    tempo: [134, 150],
    modes: ["Phrygian", "Aeolian", "Locrian"],
    harmony: { moves: "stays", barsPerChord: 2, chord: "power" },
    kit: "broken",
    grooves: [
      {
        kick: "X.........?.....",
        snare: "........X.......",
        hat: "..o...o.....o.o.",
        shaker: "g.g.g.g.g.g.g.g.",
      },
      {
        kick: "X..x......x.....",
        snare: "........X......g",
        hat: "x..x..x.x..x..t.",
      },
    ],
    fills: [{ kick: "____________x.x.", snare: "________X..xx.xX" }],
    parts: [
      {
        instrument: "wobble",
        rhythms: ["1---------------", "1-------1---8---", "1-----1-----5---"],
        level: -4,
      },
      { instrument: "sub", rhythms: ["1---------------"], level: -10 },
      {
        instrument: "stab",
        rhythms: ["x...............", "..............x."],
        level: -5,
        isLate: true,
      },
    ],
    mix: { pump: 0.35, roomSeconds: 1.4, drive: 0.6, echoSteps: 6, drumLevel: 1 },
  },
  {
    name: "trap",
    tempo: [126, 164],
    modes: ["Aeolian", "Phrygian"],
    harmony: { moves: "rocks", barsPerChord: 2, chord: "triad" },
    kit: "boom",
    grooves: [
      {
        kick: "X.....x...x.....",
        clap: "........X.......",
        snare: "........o......?",
        hat: "x.x.x.x.x.x.x.t. x.x.t.x.x.x.xxx.",
        openHat: "..............o.",
      },
      {
        kick: "X..x......x..... X.....x.......x.",
        snare: "........X.......",
        hat: "x.x.xxx.x.x.t.x.",
        rim: "...o......o.....",
      },
      {
        kick: "X.........x..x..",
        clap: "........X.......",
        hat: "x.t.x.x.x.xxx.t.",
        snap: "........o.......",
      },
    ],
    fills: [
      { hat: "________t.t.xxxx", kick: "__________x.x..." },
      { snare: "__________o.oxxX", hat: "________........" },
    ],
    lateDrums: ["rim", "openHat"],
    parts: [
      {
        instrument: "eightOhEight",
        rhythms: ["1-----1---1-----", "1---------1--1--", "1--1------1-----"],
        level: -3.5,
      },
      {
        instrument: "bells",
        rhythms: ["x--x--x-x--x--x-", "x---x-x-x---x---"],
        low: 67,
        level: -6,
      },
      { instrument: "warmPad", level: -6 },
      { instrument: "choir", level: -8, isLate: true },
    ],
    mix: { pump: 0.3, roomSeconds: 1.8, drive: 0.5, echoSteps: 6, drumLevel: 0.5 },
  },
  {
    name: "hip hop",
    tempo: [78, 104],
    swings: "sixteenths",
    modes: ["Dorian", "Aeolian", "Mixolydian"],
    harmony: { moves: "rocks", barsPerChord: 1, chord: "seventh" },
    kit: "dusty",
    grooves: [
      {
        kick: "X......x..x.....",
        snare: "....X.......X..?",
        hat: "x.x.x.xgx.x.x.x.",
      },
      {
        kick: "X.x....x..x..... X.....x...x..x..",
        snare: "....X.......X...",
        hat: "x.x.x.x.x.xgx.x.",
        tambourine: "....o.......o...",
      },
    ],
    fills: [{ kick: "________x.......", snare: "________..x.X.xg" }],
    parts: [
      { instrument: "fingerBass", rhythms: ["1-----.1--1-..5-", "1--1---...1-3-5-"] },
      { instrument: "rhodes", rhythms: ["x---..x---....x-", "x-----..x---x---"] },
      { instrument: "strings", level: -9, isLate: true },
      {
        instrument: "brass",
        rhythms: ["..............x-", "......x-........"],
        level: -10,
        isLate: true,
      },
    ],
    mix: { pump: 0.15, roomSeconds: 0.7, drive: 0.5, echoSteps: 4, drumLevel: 2.5 },
  },
  {
    name: "dub",
    tempo: [64, 92],
    modes: ["Aeolian", "Dorian"],
    harmony: { moves: "rocks", barsPerChord: 1, chord: "triad" },
    kit: "live",
    grooves: [
      {
        kick: "........X.......",
        rim: "........x.....g.",
        hat: "x.o.x.o.x.o.x.o.",
      },
      {
        kick: "X.......X.......",
        snare: "........x.......",
        hat: "x.xox.xox.xox.xo",
        rim: "......o.......o.",
      },
    ],
    fills: [{ snare: "__________x.x.X.", highTom: "____________o...", lowTom: "______________x." }],
    parts: [
      {
        instrument: "sub",
        rhythms: ["1---..1-3-..5-..", "1-..1-5---..3-..", "..1-1-..5-3-1---"],
        level: -4.5,
      },
      { instrument: "mutedGuitar", rhythms: ["....x.......x...", "..x...x...x...x."] },
      { instrument: "organ", rhythms: ["..xx..xx..xx..xx", "....x-......x-.."], level: -7 },
      {
        instrument: "squareLead",
        rhythms: ["x---....x-x-.... ................"],
        level: -9,
        isLate: true,
      },
    ],
    mix: { pump: 0.1, roomSeconds: 2.4, drive: 0.25, echoSteps: 3, drumLevel: 3 },
  },
];
