import { readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { type Blobs, openBlobs } from "../../platform/blobs.js";
import { temporaryFolder } from "../support/temporaryFolder.js";

const name = (number: number): string =>
  `00000000-0000-4000-8000-${`${number}`.padStart(12, "0")}.wav`;
const bytes = (text: string): Uint8Array => Buffer.from(text);

async function openIn(folder: string): Promise<Blobs> {
  return openBlobs(pathToFileURL(folder).href);
}

async function textOf(blobs: Blobs, range?: { start: number; end: number }): Promise<string> {
  const stream = await blobs.open(name(1), range);
  if (stream === undefined) throw new Error("There is no such blob.");
  return (await buffer(stream)).toString();
}

describe("a blob", () => {
  it("is read as it was put, whole and in part", async () => {
    const blobs = await openIn(temporaryFolder());
    await blobs.put([bytes("RIFF"), bytes("music"), bytes("end")], () => name(1));
    expect(await blobs.has(name(1))).toBe(true);
    expect(await textOf(blobs)).toBe("RIFFmusicend");
    expect(await textOf(blobs, { start: 4, end: 9 })).toBe("music");
  });

  it("lies under its name only, for nobody else to read", async () => {
    const folder = join(temporaryFolder(), "deep", "audio");
    const blobs = await openIn(folder);
    await blobs.put([bytes("music")], () => name(1));
    expect(readdirSync(folder)).toEqual([name(1)]);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, name(1))).mode & 0o777).toBe(0o600);
  });

  it("is replaced as a whole, also while it is read", async () => {
    const blobs = await openIn(temporaryFolder());
    await blobs.put([bytes("old music")], () => name(1));
    const stream = await blobs.open(name(1));
    await blobs.put([bytes("new")], () => name(1));
    expect(stream && (await buffer(stream)).toString()).toBe("old music");
    expect(await textOf(blobs)).toBe("new");
  });

  it("leaves nothing behind when its parts can't be had", async () => {
    const folder = temporaryFolder();
    const blobs = await openIn(folder);
    function* parts(): Generator<Uint8Array> {
      yield bytes("half");
      throw new Error("The source broke.");
    }
    await expect(blobs.put(parts(), () => name(1))).rejects.toThrow("The source broke.");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is undefined when it is not there, and may be removed twice", async () => {
    const blobs = await openIn(temporaryFolder());
    await blobs.put([bytes("music")], () => name(1));
    await blobs.remove(name(1));
    await blobs.remove(name(1));
    expect(await blobs.has(name(1))).toBe(false);
    expect(await blobs.open(name(1))).toBeUndefined();
  });

  it.each(["../secrets.json", "a.wav", `x/${name(1)}`, `${name(1)}/..`, name(1).toUpperCase(), ""])(
    "is not called %j",
    async (wrong) => {
      const blobs = await openIn(temporaryFolder());
      await expect(blobs.put([], () => wrong)).rejects.toThrow(RangeError);
      await expect(blobs.open(wrong)).rejects.toThrow(RangeError);
    },
  );
});

describe("the list of all", () => {
  it("holds what a crash left half-written, and nothing that is not ours", async () => {
    const folder = temporaryFolder();
    const blobs = await openIn(folder);
    const part = ".11111111-1111-4111-8111-111111111111.part";
    for (const file of [part, "notes.txt"]) writeFileSync(join(folder, file), "x");
    await blobs.put([new Uint8Array(100)], () => name(1));
    for (const file of [part, name(1)]) utimesSync(join(folder, file), 5, 5);
    const entries = await blobs.list();
    expect(entries.toSorted((a, b) => a.bytes - b.bytes)).toEqual([
      { name: part, bytes: 1, modifiedMs: 5000 },
      { name: name(1), bytes: 100, modifiedMs: 5000 },
    ]);
    for (const entry of entries) await blobs.remove(entry.name);
    expect(readdirSync(folder)).toEqual(["notes.txt"]);
  });
});

it.each(["s3://bucket/audio", "https://example.org/audio", "file://elsewhere/audio"])(
  "%s is refused with the name of the setting",
  async (url) => {
    await expect(openBlobs(url)).rejects.toThrow(/^BLOB_URL must name a folder of this machine/);
  },
);
