import { describe, expect, it } from "vitest";
import { formatKey, isNoKey, parseKey } from "../../domain/audio/keySpelling.js";
import { rateFor, wholeBars } from "../../domain/audio/music.js";

const spell = (text: string): string | undefined => {
  const key = parseKey(text);
  return key && formatKey(key);
};

describe("a key", () => {
  it.each([
    ["C Dorian", "C Dorian"],
    ["F# Aeolian", "F# Aeolian"],
    ["c minor", "C Aeolian"],
    ["Bb major", "A# Ionian"],
    ["E♭ minor", "D# Aeolian"],
    ["Cb major", "B Ionian"],
    ["  G   Mixolydian ", "G Mixolydian"],
    ["D", "D Ionian"],
    ["Am", "A Aeolian"],
    ["C#m", "C# Aeolian"],
    ["Bbm", "A# Aeolian"],
    ["bm", "B Aeolian"],
    ["Cmaj", "C Ionian"],
    ["CM", "C Ionian"],
    ["CMAJ", "C Ionian"],
    ["Cminor", "C Aeolian"],
    ["F♯min", "F# Aeolian"],
    ["E-flat minor", "D# Aeolian"],
    ["G sharp Dorian", "G# Dorian"],
    ["A:min", "A Aeolian"],
    ["a-moll", "A Aeolian"],
    ["D_minor", "D Aeolian"],
    ["A natural minor", "A Aeolian"],
    ["E mixo", "E Mixolydian"],
    ["G (Lydian)", "G Lydian"],
    ["8A", "A Aeolian"],
    ["8b", "C Ionian"],
    ["1A", "G# Aeolian"],
    ["12B", "E Ionian"],
  ])("reads %s as %s", (text, expected) => {
    expect(spell(text)).toBe(expected);
  });
  it.each([
    "H minor",
    "C blues",
    "C# ## major",
    "",
    "C Dorian Dorian",
    "A-",
    "13A",
    "Cmaj7",
    "Am6",
    "C constructor",
    "None",
  ])("does not guess what %j may mean", (text) => {
    expect(spell(text)).toBeUndefined();
  });
});

describe("no key", () => {
  it.each(["", " ", "None", "none", "No Key", "Any", "auto", "N/A", "-", "null", "Unknown"])(
    "is what %j means",
    (text) => {
      expect(isNoKey(text)).toBe(true);
    },
  );
  it.each(["C", "Am", "♭", "nothing", "constructor"])("is not what %j means", (text) => {
    expect(isNoKey(text)).toBe(false);
  });
});

describe("the rate of a host", () => {
  it.each([
    [44_100, 44_100],
    [47_999.9, 48_000],
    [44_099.97, 44_100],
    [191_999.8, 192_000],
    [352_800, 176_400],
    [384_000, 192_000],
    [705_600, 176_400],
    [768_000, 192_000],
    [352_799.9, 176_400],
    [64_000, 32_000],
    [24_000, 48_000],
    [16_000, 32_000],
    [11_025, 22_050],
    [8000, 32_000],
    [48_000 / 1.001, 48_000],
    [48_048, 48_000],
  ])("%d Hz is served at %d", (hertz, rate) => {
    expect(rateFor(hertz)).toBe(rate);
  });
  it.each([0, -48_000, 1, 44_101, 37_800, 50_000, 1e9, Number.NaN, Number.POSITIVE_INFINITY])(
    "%d Hz is none",
    (hertz) => {
      expect(rateFor(hertz)).toBeUndefined();
    },
  );
});

describe("whole bars", () => {
  it("are found when the length is within 1 % of them", () => {
    expect(wholeBars(7.5, 128)).toBe(4);
    expect(wholeBars(7.56, 128)).toBe(4);
    expect(wholeBars(7.6, 128)).toBeUndefined();
  });
  it("are at least one", () => {
    expect(wholeBars(1, 60)).toBeUndefined();
    expect(wholeBars(4, 60)).toBe(1);
  });
});
