import { describe, expect, it } from "vitest";
import { formatKey, parseKey, wholeBars } from "../../domain/audio/music.js";

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
  ])("reads %s as %s", (text, expected) => {
    expect(spell(text)).toBe(expected);
  });
  it.each(["H minor", "C blues", "C# ## major", "", "Cminor", "C Dorian Dorian"])(
    "does not guess what %j may mean",
    (text) => {
      expect(spell(text)).toBeUndefined();
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
