import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Entry } from "../../../platform/backup/archiveForm.js";
import { isEncrypted } from "../../../platform/backup/encryption.js";
import { entriesOfLines, linesOfEntry } from "../../../platform/backup/lines.js";
import { checkArchive, readArchive } from "../../../platform/backup/readArchive.js";
import { writeArchive } from "../../../platform/backup/writeArchive.js";
import { temporaryFolder } from "../../support/temporaryFolder.js";

const passphrase = "four random words here";
const entries: readonly Entry[] = [
  { name: "a/1", bytes: Buffer.from("first") },
  { name: "a/2", bytes: randomBytes(300_000) },
  { name: "empty", bytes: Buffer.alloc(0) },
];
async function* each<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

async function written(secret: string | undefined) {
  const file = join(temporaryFolder(), "archive");
  const about = () => ({ ledgerId: "x" });
  const result = await writeArchive(file, { passphrase: secret, about }, each(entries));
  return { archive: { file, passphrase: secret }, file, ...result };
}
const check = (archive: { file: string; passphrase: string | undefined }) =>
  checkArchive(archive, () => undefined);

/** Few, since each look at an encrypted one takes a second of hashing; its pieces vouch for every byte. */
const cuts = { encrypted: [1000, -1], plain: [0, 100, 1000, 150_000, -2000, -1500] } as const;
const changes = { encrypted: [200, 150_000], plain: [514, 1600, 150_000, -1800] } as const;

describe.each([
  ["encrypted" as const, passphrase],
  ["plain" as const, undefined],
])("an archive that is %s", (kind, secret) => {
  it("holds what was put into it, and is for its owner only", async () => {
    const { archive, file, sha256, bytes } = await written(secret);
    expect(await isEncrypted(file)).toBe(secret !== undefined);
    expect(statSync(file)).toMatchObject({ size: bytes });
    expect(statSync(file).mode & 0o077).toBe(0);
    expect(readFileSync(file).includes("first")).toBe(secret === undefined);
    const checked = await check(archive);
    expect(checked).toMatchObject({ about: { ledgerId: "x" }, sha256 });
    expect(await all(readArchive(archive, checked.digests))).toEqual(entries);
  });

  it("is refused when it was cut anywhere, or a byte of it was altered", async () => {
    const { file } = await written(secret);
    const whole = readFileSync(file);
    const cut = cuts[kind].map((length) => whole.subarray(0, length));
    const altered = changes[kind].map((place) => {
      const other = Buffer.from(whole);
      const index = place < 0 ? other.length + place : place;
      other.writeUInt8(other.readUInt8(index) ^ 1, index);
      return other;
    });
    for (const bytes of [...cut, ...altered]) {
      writeFileSync(file, bytes);
      await expect(check({ file, passphrase: secret })).rejects.toThrow(/altered/);
    }
  });
});

it("refuses another passphrase, and to write over a file", async () => {
  const { file } = await written(passphrase);
  await expect(check({ file, passphrase: "five other words than these" })).rejects.toThrow(
    "This passphrase does not open the archive",
  );
  const before = readFileSync(file);
  await expect(
    writeArchive(file, { passphrase, about: () => ({}) }, each(entries)),
  ).rejects.toThrow("exists already");
  expect(readFileSync(file)).toEqual(before);
});

it("leaves nothing of an archive whose parts could not be read", async () => {
  const file = join(temporaryFolder(), "archive");
  async function* failing(): AsyncGenerator<Entry> {
    yield* entries;
    throw new Error("the store is away");
  }
  const writing = writeArchive(file, { passphrase: undefined, about: () => ({}) }, failing());
  await expect(writing).rejects.toThrow("the store is away");
  expect([existsSync(file), existsSync(`${file}.unfinished`)]).toEqual([false, false]);
});

it("keeps lines in their order, in entries of a few megabytes", async () => {
  const lines = Array.from({ length: 9000 }, (_, index) => `${index} ${"x".repeat(1000)}`);
  const pages = await all(entriesOfLines("events", each(lines)));
  expect(pages.map(({ name }) => name)).toEqual([
    "events/000001.jsonl.gz",
    "events/000002.jsonl.gz",
    "events/000003.jsonl.gz",
  ]);
  expect((await Promise.all(pages.map(linesOfEntry))).flat()).toEqual(lines);
});
