import type { Style } from "./style.js";

/** Styles for the ears rather than the feet. */
export const calmStyles: readonly Style[] = [
  {
    name: "ambient",
    tempo: [50, 110],
    modes: ["Lydian", "Ionian", "Aeolian", "Dorian"],
    harmony: { moves: "rocks", barsPerChord: 2, chord: "ninth" },
    kit: "dusty",
    grooves: [],
    fills: [],
    parts: [
      { instrument: "warmPad", level: 0, rhythms: ["x------------------------------- "] },
      { instrument: "bells", rhythms: ["x.....x...x.x...", "x...x.....x...x."], level: -5 },
      { instrument: "sub", rhythms: ["1-------------------------------"], level: -9 },
      { instrument: "choir", level: -8, rhythms: ["x-------------------------------"] },
      {
        instrument: "strings",
        level: -9,
        isLate: true,
        rhythms: ["x-------------------------------"],
      },
    ],
    mix: { pump: 0, roomSeconds: 4, drive: 0, echoSteps: 6, drumLevel: -3 },
  },
  {
    name: "lo-fi",
    tempo: [66, 92],
    swings: "sixteenths",
    modes: ["Ionian", "Dorian", "Aeolian"],
    harmony: { moves: "travels", barsPerChord: 1, chord: "ninth" },
    kit: "dusty",
    grooves: [
      {
        kick: "x......x..x.....",
        snare: "....x.......x...",
        hat: "o.o.o.ogo.o.o.o.",
      },
      {
        kick: "x.....x...x..... x......x..x..o..",
        rim: "....x.......x...",
        hat: "o.ogo.o.o.ogo.o.",
        shaker: "..g...g...g...g.",
      },
    ],
    fills: [{ kick: "________x.......", snare: "__________o.x..g" }],
    parts: [
      {
        instrument: "rhodes",
        rhythms: ["x-----..x-----..", "x---..x-----....", "x--x----..x-----"],
        level: -4,
      },
      { instrument: "fingerBass", rhythms: ["1-----..1---5---", "1---...11-----3-"], level: -6 },
      {
        instrument: "cleanGuitar",
        rhythms: ["..x...x.x...x...", "x.....x.x.x....."],
        level: -8,
        isLate: true,
      },
      { instrument: "warmPad", level: -11 },
    ],
    mix: { pump: 0.25, roomSeconds: 0.9, drive: 0.4, echoSteps: 4, drumLevel: -1 },
  },
  {
    name: "cinematic",
    tempo: [60, 130],
    modes: ["Aeolian", "Phrygian", "Lydian"],
    harmony: { moves: "travels", barsPerChord: 1, chord: "triad" },
    kit: "live",
    grooves: [
      {
        lowTom: "X.....x...x.....",
        highTom: "......o......o.o",
        crash: "x............... ................ ................ ................",
      },
      { lowTom: "X..x..x.X..x..x.", kick: "X.......X......." },
    ],
    fills: [{ lowTom: "________x.xxxxxX" }],
    parts: [
      {
        instrument: "strings",
        rhythms: ["x.xxx.xxx.xxx.xx", "x--x--x-x--x--x-", "x---------------"],
        level: 0,
      },
      { instrument: "sub", rhythms: ["1---------------"], level: -7 },
      {
        instrument: "brass",
        rhythms: ["x---------------", "x-------x-------"],
        low: 48,
        level: -4,
        isLate: true,
      },
      { instrument: "choir", level: -6 },
      { instrument: "piano", plays: "arpeggio", rhythms: ["x.x.x.x.x.x.x.x."], low: 60, level: -7 },
    ],
    mix: { pump: 0, roomSeconds: 2.8, drive: 0.1, echoSteps: 4, drumLevel: -1 },
  },
];
