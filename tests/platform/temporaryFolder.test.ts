import { existsSync, mkdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { newId } from "../../platform/ids.js";
import {
  makeTemporaryFolder,
  removeAbandonedFolders,
} from "../../platform/process/temporaryFolder.js";
import { runScript } from "../support/terminal.js";

const longAgo = new Date("2026-01-01");
const age = (folder: string): void => utimesSync(`${folder}.alive`, longAgo, longAgo);

/** The folder of a process that runs until it is killed. */
async function startHolding() {
  const holding = runScript("tests/support/holdingFolder.ts");
  const path = await holding.line(/obsidian-/);
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  onTestFinished(() => rmSync(`${path}.alive`, { force: true }));
  return { path, child: holding.child, ended: holding.ended };
}

it("a process that was killed leaves a folder, which the next start removes; none of the living", async () => {
  const [killed, living] = [await startHolding(), await startHolding()];
  const mine = makeTemporaryFolder("test");
  onTestFinished(() => mine.remove());
  for (const path of [killed.path, living.path, mine.path]) {
    writeFileSync(join(path, "audio.wav"), "RIFF");
    age(path);
    expect(statSync(path).mode & 0o077).toBe(0);
  }
  await removeAbandonedFolders();
  expect(existsSync(killed.path)).toBe(true);

  killed.child.kill("SIGKILL");
  await killed.ended;
  await removeAbandonedFolders();
  expect([killed.path, `${killed.path}.alive`].filter(existsSync)).toEqual([]);
  expect([living.path, mine.path].filter((path) => !existsSync(path))).toEqual([]);
  mine.remove();
  expect([mine.path, `${mine.path}.alive`].filter(existsSync)).toEqual([]);
});

it("a folder without a mark, or whose mark is new or something else, is nobody's to remove", async () => {
  const [unmarked, strange] = ["unmarked", "strange"].map((kind) =>
    join(tmpdir(), `obsidian-${kind}-${newId()}`),
  ) as [string, string];
  for (const path of [unmarked, strange]) {
    mkdirSync(path);
    onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  }
  writeFileSync(`${strange}.alive`, "no socket");
  onTestFinished(() => rmSync(`${strange}.alive`));
  age(strange);
  const young = await startHolding();
  young.child.kill("SIGKILL");
  await young.ended;
  await removeAbandonedFolders();
  expect([unmarked, strange, young.path].filter((path) => !existsSync(path))).toEqual([]);
});
