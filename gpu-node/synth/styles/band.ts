import type { Style } from "./style.js";

/** Styles of people with instruments in a room, and of the machines that imitate them. */
export const bandStyles: readonly Style[] = [
  {
    name: "rock",
    tempo: [96, 168],
    modes: ["Aeolian", "Mixolydian", "Dorian", "Ionian"],
    harmony: { moves: "travels", barsPerChord: 1, chord: "power" },
    kit: "live",
    grooves: [
      {
        kick: "X.....x.x.......",
        snare: "....X.......X...",
        hat: "x.o.x.o.x.o.x.o.",
      },
      {
        kick: "X.x...x.x..x....",
        snare: "....X.......X...",
        ride: "x.o.x.o.x.o.x.o.",
      },
      {
        kick: "X.......x.x.....",
        snare: "....X.......X...",
        openHat: "x...x...x...x...",
      },
    ],
    fills: [
      {
        snare: "________x.xxxx..",
        highTom: "____________x.x.",
        lowTom: "______________xx",
        kick: "________x...x...",
      },
      { snare: "____X...X.X.XXXX" },
    ],
    parts: [
      { instrument: "fingerBass", rhythms: ["1-1-1-1-1-1-1-1-", "1---1-1-1---1-1-"] },
      {
        instrument: "distortedGuitar",
        rhythms: ["x-x-x-x-x-x-x-x-", "x---..x-x---..x-", "x--x--x-x--x--x-"],
      },
      {
        instrument: "lead",
        rhythms: ["x---x-x---x-x--- x---x-x---------"],
        level: -6,
        isLate: true,
      },
    ],
    mix: { pump: 0, roomSeconds: 0.9, drive: 0.45, echoSteps: 4, drumLevel: 1 },
  },
  {
    name: "metal",
    tempo: [110, 200],
    modes: ["Phrygian", "Aeolian", "Locrian"],
    harmony: { moves: "rocks", barsPerChord: 1, chord: "power" },
    kit: "live",
    grooves: [
      {
        kick: "XxxxX.xxXxxxX.xx",
        snare: "....X.......X...",
        crash: "x...x...x...x...",
      },
      {
        kick: "X.xxX.xxX.xxX.xx",
        snare: "........X.......",
        ride: "x...x...x...x...",
      },
    ],
    fills: [{ snare: "________XxXxXX..", lowTom: "______________Xx", kick: "________xxxxxxxx" }],
    parts: [
      { instrument: "fingerBass", rhythms: ["1.111.111.111.11", "1.111.111.118.11"] },
      { instrument: "distortedGuitar", rhythms: ["x.xxx.xxx.xxx.xx", "x.xxx-..x.xxx-x-"] },
      { instrument: "lead", rhythms: ["xxxxx-x-xxxxx---"], level: -6, isLate: true },
    ],
    mix: { pump: 0, roomSeconds: 0.8, drive: 0.6, echoSteps: 4, drumLevel: 1 },
  },
  {
    name: "funk",
    tempo: [92, 122],
    modes: ["Dorian", "Mixolydian"],
    harmony: { moves: "rocks", barsPerChord: 2, chord: "ninth" },
    kit: "live",
    grooves: [
      {
        kick: "X..x..x...x..x..",
        snare: "....X..g.g..X..g",
        hat: "xoxoxoxoxoxoxox.",
        openHat: "...............o",
      },
      {
        kick: "X.x...x..x....x.",
        snare: "....X..g.g.gX...",
        hat: "x.xox.xox.xox.xo",
        tambourine: "....o.......o...",
      },
    ],
    fills: [{ snare: "________x.gxx.xX", kick: "________..x...x." }],
    parts: [
      { instrument: "slapBass" },
      { instrument: "mutedGuitar", rhythms: ["xx.xx.x..x.xx.x.", "x.xx..xx.x.x..xx"] },
      {
        instrument: "brass",
        rhythms: ["..........x.x-..", "x..x............", "......x-..x....."],
        level: -5,
        isLate: true,
      },
      { instrument: "organ", rhythms: ["x---------------"], level: -10 },
    ],
    mix: { pump: 0, roomSeconds: 0.7, drive: 0.3, echoSteps: 4, drumLevel: 1 },
  },
  {
    name: "disco",
    tempo: [108, 128],
    modes: ["Dorian", "Aeolian", "Ionian"],
    harmony: { moves: "travels", barsPerChord: 1, chord: "seventh" },
    kit: "live",
    grooves: [
      {
        kick: "X...X...X...X...",
        snare: "....X.......X...",
        openHat: "..x...x...x...x.",
        hat: "x..ox..ox..ox..o",
        tambourine: "o.o.o.o.o.o.o.o.",
      },
    ],
    fills: [
      { snare: "________x.xxX.xx", highTom: "__________x.....", openHat: "______________X." },
    ],
    parts: [
      { instrument: "fingerBass", rhythms: ["1.8.1.8.1.8.1.8.", "1.8.18.81.8.1587"] },
      { instrument: "mutedGuitar", rhythms: ["x.xxx.xxx.xxx.xx", "..xx..xx..xx..xx"], level: -6 },
      {
        instrument: "strings",
        rhythms: ["x-----------x---", "x--x------------"],
        low: 64,
        level: -5,
      },
      { instrument: "rhodes", rhythms: ["x..x..x.....x..."], level: -7, isLate: true },
    ],
    mix: { pump: 0.15, roomSeconds: 1, drive: 0.2, echoSteps: 4, drumLevel: 0.5 },
  },
  {
    name: "synthwave",
    tempo: [80, 126],
    modes: ["Aeolian", "Dorian", "Ionian"],
    harmony: { moves: "travels", barsPerChord: 1, chord: "triad" },
    kit: "retro",
    grooves: [
      {
        kick: "X...X...X...X...",
        snare: "....X.......X...",
        hat: "x.x.x.x.x.x.x.x.",
      },
      {
        kick: "X.......X.x.....",
        snare: "....X.......X...",
        hat: "xoxoxoxoxoxoxoxo",
        clap: "....o.......o...",
      },
    ],
    fills: [{ highTom: "________x.xx....", lowTom: "____________x.xX", snare: "____X.......X..." }],
    parts: [
      {
        instrument: "synthBass",
        rhythms: ["1.1.1.1.1.1.1.1.", "1118111811181118", "1.118.111.118.11"],
      },
      { instrument: "pad", level: -4 },
      { instrument: "pluck", rhythms: ["xxxxxxxxxxxxxxxx", "x.xxx.x.x.xxx.x."], level: -7 },
      { instrument: "lead", level: -5, isLate: true },
    ],
    mix: { pump: 0.35, roomSeconds: 2, drive: 0.15, echoSteps: 3, drumLevel: 0 },
  },
  {
    name: "pop",
    tempo: [92, 130],
    modes: ["Ionian", "Aeolian", "Mixolydian"],
    harmony: { moves: "travels", barsPerChord: 1, chord: "triad" },
    kit: "club",
    grooves: [
      {
        kick: "X.....x.X.......",
        clap: "....x.......x...",
        hat: "x.x.x.x.x.x.x.xo",
        shaker: "gogogogogogogogo",
      },
      {
        kick: "X...X...X...X...",
        snap: "....x.......x...",
        snare: "....o.......o...",
        hat: "..x...x...x...x.",
      },
    ],
    fills: [{ snare: "________o.oxx.xX", kick: "________x......." }],
    lateDrums: ["shaker"],
    parts: [
      { instrument: "synthBass", rhythms: ["1-----1-1-----5-", "1---1---1---1---"] },
      { instrument: "piano", rhythms: ["x---x---x---x---", "x--x--x---x-x---"] },
      { instrument: "cleanGuitar", level: -8, isLate: true },
      { instrument: "voxChop", level: -7 },
      { instrument: "warmPad", level: -10 },
    ],
    mix: { pump: 0.3, roomSeconds: 1.3, drive: 0.15, echoSteps: 4, drumLevel: 0 },
  },
];
