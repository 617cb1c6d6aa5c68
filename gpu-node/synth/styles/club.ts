import type { Style } from "./style.js";

/** Styles of the dance floor, most of them with a kick on every beat. */
export const clubStyles: readonly Style[] = [
  {
    name: "techno",
    tempo: [122, 150],
    modes: ["Phrygian", "Aeolian", "Dorian"],
    harmony: { moves: "stays", barsPerChord: 1, chord: "triad" },
    kit: "club",
    grooves: [
      {
        kick: "X...X...X...X...",
        clap: "....x.......x...",
        openHat: "..x...x...x...x.",
        hat: "ggogggogggogggog",
        rim: "...o..?....o..?.",
      },
      {
        kick: "X...X...X...X...",
        openHat: "..x...x...x...x.",
        hat: "x.gox.gox.gox.go",
        shaker: "gogogogogogogogo",
        highTom: ".......o......o. ...o...o......o.",
      },
      {
        kick: "X...X...X...X.?.",
        clap: "............x...",
        hat: "..x...x...x...x.",
        ride: "x.x.x.x.x.x.x.x.",
        lowTom: "...o..o...o....o",
      },
    ],
    fills: [
      { kick: "________X...x.x.", clap: "________....x.xx", openHat: "____________x..." },
      { kick: "____________....", snare: "________g.o.oxxX" },
    ],
    lateDrums: ["ride", "rim", "shaker"],
    parts: [
      {
        instrument: "synthBass",
        rhythms: ["..1...1...1...1.", ".11..11..11..11.", "..11..11..11..18"],
      },
      {
        instrument: "stab",
        rhythms: ["...x......x.....", "......x....x....", "...x..x......... ................"],
      },
      { instrument: "drone", level: -9 },
      {
        instrument: "pluck",
        rhythms: ["x..x..x.x..x..x.", "x.x..x.x.x..x.x."],
        level: -8,
        isLate: true,
      },
    ],
    mix: { pump: 0.65, roomSeconds: 1.6, drive: 0.35, echoSteps: 3, drumLevel: 1.5 },
  },
  {
    name: "house",
    tempo: [116, 130],
    modes: ["Dorian", "Aeolian", "Mixolydian"],
    harmony: { moves: "travels", barsPerChord: 1, chord: "seventh" },
    kit: "club",
    grooves: [
      {
        kick: "X...X...X...X...",
        clap: "....x.......x...",
        openHat: "..x...x...x...x.",
        shaker: "ogogogogogogogog",
        conga: "...o..g....o.g..",
      },
      {
        kick: "X...X...X...X...",
        snare: "....x.......x..g",
        openHat: "..x...x...x...x.",
        hat: "x..gx..gx..gx.gg",
        tambourine: "....o.......o...",
      },
    ],
    fills: [
      { kick: "____________x..x", clap: "________..x.x.xx" },
      { snare: "____________x.xx", openHat: "______________X." },
    ],
    lateDrums: ["conga", "tambourine"],
    parts: [
      {
        instrument: "pluckedBass",
        rhythms: ["1..1..1...1.5.8.", "..1..11...1..15.", "1..8..1..1.8..5."],
      },
      {
        instrument: "piano",
        rhythms: ["x..x..x...x..x..", "x-..x-.x-...x-..", "..x...x...x..x.."],
      },
      { instrument: "organ", rhythms: ["..x...x...x...x.", "...x..x....x..x."], level: -7 },
      { instrument: "strings", level: -9, isLate: true },
    ],
    mix: { pump: 0.5, roomSeconds: 1.3, drive: 0.2, echoSteps: 3, drumLevel: 0.5 },
  },
  {
    name: "trance",
    tempo: [130, 146],
    modes: ["Aeolian", "Phrygian", "Dorian"],
    harmony: { moves: "travels", barsPerChord: 1, chord: "triad" },
    kit: "club",
    grooves: [
      {
        kick: "X...X...X...X...",
        clap: "....x.......x...",
        openHat: "..X...X...X...X.",
        hat: "o.o.o.o.o.o.o.o.",
        ride: "..o...o...o...o.",
      },
    ],
    fills: [{ kick: "________X...X...", snare: "xgogxgogxoxoxxXX" }],
    lateDrums: ["ride"],
    parts: [
      { instrument: "synthBass", rhythms: [".111.111.111.111", "..11..11..11..11"] },
      {
        instrument: "supersaw",
        rhythms: ["x--x--x---x--x--", "x---x---x---x-x-", "x.xx.xx.x.xx.xx."],
      },
      {
        instrument: "pluck",
        rhythms: ["xxxxxxxxxxxxxxxx", "x.xxx.xxx.xxx.xx"],
        low: 65,
        level: -5,
      },
      { instrument: "pad", level: -8 },
      { instrument: "lead", isLate: true, level: -5 },
    ],
    mix: { pump: 0.7, roomSeconds: 2.2, drive: 0.15, echoSteps: 3, drumLevel: 0 },
  },
  {
    name: "garage",
    tempo: [126, 138],
    swings: "sixteenths",
    modes: ["Dorian", "Aeolian"],
    harmony: { moves: "rocks", barsPerChord: 1, chord: "ninth" },
    kit: "club",
    grooves: [
      {
        kick: "X.........x.....",
        snare: "....x.......x..g",
        hat: "..xg..xo..xg.gx.",
        openHat: "..............o.",
        rim: ".......o.o.....o",
      },
      {
        kick: "X.....?...x..x..",
        clap: "....x.......x...",
        hat: "o.xo.ox.o.xo.gxg",
        shaker: "g.go.gg.g.go.gg.",
        snap: ".......o........",
      },
    ],
    fills: [{ kick: "_______x..x.....", snare: "____________x..x" }],
    parts: [
      { instrument: "pluckedBass", rhythms: ["1..1......1..5..", "1.....1..1....3."] },
      { instrument: "rhodes", rhythms: ["x-.x-...x-.x-...", "...x-...x-....x-"] },
      { instrument: "voxChop", level: -6 },
      {
        instrument: "stab",
        rhythms: [".......x.......x", "...x.........x.."],
        level: -9,
        isLate: true,
      },
    ],
    mix: { pump: 0.35, roomSeconds: 1.1, drive: 0.2, echoSteps: 4, drumLevel: 1 },
  },
  {
    name: "electro",
    tempo: [112, 132],
    modes: ["Phrygian", "Aeolian", "Dorian"],
    harmony: { moves: "stays", barsPerChord: 1, chord: "triad" },
    kit: "boom",
    grooves: [
      {
        kick: "X..x......x..x..",
        snare: "....x.......x...",
        hat: "xoxoxoxoxoxoxoxo",
        cowbell: "..o..o..o..o.o..",
        clap: "....o.......o...",
      },
      {
        kick: "X.....x...x.....",
        snare: "....x.......x..o",
        hat: "x.xxx.xxx.xxx.xx",
        highTom: ".......o..o.....",
      },
    ],
    fills: [{ snare: "________x.xx.xxx", lowTom: "__________o..o.." }],
    lateDrums: ["cowbell"],
    parts: [
      { instrument: "synthBass", rhythms: ["1..1..8.1..1.7.8", "11.1..1.8.1..75."] },
      { instrument: "squareLead", rhythms: ["x.x..x..x.x.x...", "x..x.x..x..x.xx."], level: -6 },
      { instrument: "pad", level: -9, isLate: true },
    ],
    mix: { pump: 0.2, roomSeconds: 0.9, drive: 0.3, echoSteps: 3, drumLevel: 1 },
  },
];
