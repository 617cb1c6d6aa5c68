import { describe, expect, it } from "vitest";
import { type FileHolder, filesToRemove, type KeptFile } from "../../domain/audio/keptFiles.js";

const nowMs = Date.UTC(2026, 10, 22, 12);
const minute = 60_000;
const limits = { nowMs, keptMs: 60 * minute, bytesMax: 1000, bytesHardMax: 2000 };

/** Of 100 bytes. */
const file = (name: string, minutes: number, holder?: Partial<FileHolder>): KeptFile => ({
  name,
  bytes: 100,
  modifiedMs: nowMs - minutes * minute,
  holder: holder && { account: "ana", block: "home", isDelivered: true, ...holder },
});
const many = (count: number, holder: (index: number) => Partial<FileHolder>): KeptFile[] =>
  Array.from({ length: count }, (_, index) => file(`file ${index}`, 10, holder(index)));

describe("files of generated audio", () => {
  it("go when they are too old, and stay while all have room", () => {
    const files = [file("old", 61, {}), file("young", 59, {}), file("of nobody", 61)];
    expect(filesToRemove(files, limits)).toEqual(["old", "of nobody"]);
  });

  it("give way where one account holds most, its oldest first, and nobody else's", () => {
    const eva = { account: "eva", block: "elsewhere" };
    const evas = Array.from({ length: 9 }, (_, age) => file(`eva ${age}`, age, eva));
    const files = [file("ana 1", 50, {}), file("ana 2", 40, {}), ...evas];
    expect(filesToRemove(files, limits)).toEqual(["eva 8"]);
  });

  it("give way where one address block holds most, by however many accounts", () => {
    const evas = many(9, (index) => ({ account: `eva ${index}`, block: "elsewhere" }));
    const anas = [50, 49, 48].map((age) => file(`ana ${age}`, age, {}));
    const removed = filesToRemove([...anas, ...evas], limits);
    expect(removed).toHaveLength(2);
    expect(removed.every((name) => name.startsWith("file "))).toBe(true);
  });

  it("give way where one account holds most, from however many blocks", () => {
    const evas = many(9, (index) => ({ account: "eva", block: `block ${index}` }));
    const anas = [50, 49].map((age) => file(`ana ${age}`, age, {}));
    expect(filesToRemove([...anas, ...evas], limits)).toEqual(["file 0"]);
  });

  it("stay while nobody has fetched them, whoever holds most", () => {
    const evas = many(15, () => ({ account: "eva", block: "elsewhere", isDelivered: false }));
    const fetched = file("fetched", 5, { account: "eva" });
    const unknown = file("of nobody known", 50);
    const files = [file("waiting", 50, { isDelivered: false }), unknown, fetched, ...evas];
    expect(filesToRemove(files, limits)).toEqual(["fetched"]);
  });

  it("go beyond the hard limit even so, from whoever holds most", () => {
    const evas = many(25, () => ({ account: "eva", block: "elsewhere", isDelivered: false }));
    const files = [file("waiting", 50, { isDelivered: false }), ...evas];
    const removed = filesToRemove(files, limits);
    expect(removed).toHaveLength(6);
    expect(removed).not.toContain("waiting");
  });

  it("are chosen in no time where there are thousands", () => {
    const files = many(20_000, (index) => ({ account: `${index % 4000}`, block: `${index % 97}` }));
    const removed = filesToRemove(files, { ...limits, bytesMax: 1_900_000, bytesHardMax: 4e6 });
    expect(removed).toHaveLength(1000);
  });
});
