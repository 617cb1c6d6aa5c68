import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { openErasureList, readErasureList } from "../../platform/vault/erasureList.js";

const folder = mkdtempSync(join(tmpdir(), "obsidian-erasures-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, "list");
const anna = "0b0e5b5e-7a4e-4a4b-9b6f-3d6f2f6f0001";
const ben = "0b0e5b5e-7a4e-4a4b-9b6f-3d6f2f6f0002";
const at = "2026-08-01T10:00:00.000Z";
const later = "2026-08-02T10:00:00.000Z";

it("names each person once, and passes over what crashes cut off", async () => {
  const list = await openErasureList(file);
  await list.add(anna, at);
  appendFileSync(file, `\n${ben} 2026-08-0`);
  await list.add(anna, later);
  await list.add(ben, later);
  appendFileSync(file, "\n0b0e5b5e-7a");
  expect([...(await readErasureList(file))]).toEqual([
    [anna, at],
    [ben, later],
  ]);
});

it.each([
  "# OBSIDIAN",
  `${anna}  ${at}`,
  `${anna} ${at} again`,
  "0b0e5b5e-7a4e-0a4b-9b6f-3d6f2f6f0001 2026-08-01T10:00:00.000Z",
  `${anna} 2026-13-01T10:00:00.000Z`,
])("refuses a file with the line %j", async (line) => {
  writeFileSync(file, `\n${anna} ${at}\n${line}\n`);
  await expect(readErasureList(file)).rejects.toThrow("line 3");
});

it("refuses a folder, and what is not there", async () => {
  await expect(readErasureList(folder)).rejects.toThrow("can't be read");
  await expect(readErasureList(join(folder, "none"))).rejects.toThrow("can't be read");
});
