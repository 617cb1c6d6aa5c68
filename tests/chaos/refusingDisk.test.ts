import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { temporaryFolder } from "../eventstore/temporaryStore.js";
import { type Appender, BatchAppender, readLog, SingleAppender } from "./rawAppends.js";
import { mountProblem } from "./smallDisk.js";
import { type StoreProcess, startStoreProcess, storeProgram } from "./storeProcess.js";
import { failing, straceProblem } from "./syscallTrace.js";

storeProgram();

const eventBytes = 20_000;
const refusal = "The write was not stored. The disk refused a write";

/** Appends one by one and remembers what was acknowledged. */
class Filler {
  readonly acknowledged: string[] = [];
  readonly #stream: string;
  readonly #appender: Appender;

  constructor(stream: string, appender: Appender) {
    this.#stream = stream;
    this.#appender = appender;
  }

  async append(): Promise<void> {
    const id = crypto.randomUUID();
    const expected = this.acknowledged.length - 1;
    const data = Buffer.alloc(eventBytes, 7);
    await this.#appender.append({ stream: this.#stream, expected, ids: [id], data });
    this.acknowledged.push(id);
  }

  /** Resolves with the message of the first refusal. */
  async fill(): Promise<string> {
    for (;;) {
      try {
        await this.append();
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    }
  }
}

const fillersOf = ({ port }: StoreProcess): readonly Filler[] =>
  [new SingleAppender(port), new BatchAppender(port)].map((appender, number) => {
    onTestFinished(() => appender.close());
    return new Filler(`s-${number}`, appender);
  });

/** Everything acknowledged is in the log, and nothing else but the store's own first event. */
async function expectLogOf(fillers: readonly Filler[], { port }: StoreProcess): Promise<void> {
  const [, ...log] = await readLog(port);
  const ids = log.map((event) => event.getEvent()?.getId()?.getString());
  expect(ids.toSorted()).toEqual(fillers.flatMap(({ acknowledged }) => acknowledged).toSorted());
}

async function outlast(
  dataDir: string,
  starve: (pid: number) => void,
  feed: (pid: number) => void,
) {
  const store = await startStoreProcess(dataDir);
  const fillers = fillersOf(store);
  starve(store.pid);
  for (let again = 0; again < 3; again += 1) {
    for (const filler of fillers) expect(await filler.fill()).toContain(refusal);
    await expectLogOf(fillers, store);
  }
  feed(store.pid);
  for (let more = 0; more < 20; more += 1) {
    for (const filler of fillers) await filler.append();
  }
  await expectLogOf(fillers, store);
  expect(await store.stop()).toBe(0);
  await expectLogOf(fillers, await startStoreProcess(dataDir));
}

/** A file system of 3 MiB in memory, half of it taken by a file. */
function smallFileSystem(): { folder: string; makeRoom: () => void } {
  const folder = temporaryFolder();
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=3m,mode=700", "tmpfs", folder]);
  onTestFinished(() => void execFileSync("umount", ["--lazy", folder]));
  const taken = join(folder, "taken");
  writeFileSync(taken, Buffer.alloc(1.5 * 1_024 * 1_024));
  return { folder, makeRoom: () => rmSync(taken) };
}

const limitFile = (pid: number, bytes: number | "unlimited"): void =>
  void execFileSync("prlimit", [`--pid=${pid}`, `--fsize=${bytes}:`]);

describe("a store whose disk refuses", { timeout: 300_000 }, () => {
  it("says so while the disk is full, serves reads, and goes on when there is room", async ({
    skip,
  }) => {
    const problem = mountProblem();
    skip(problem !== undefined, problem);
    const { folder, makeRoom } = smallFileSystem();
    await outlast(join(folder, "store"), () => undefined, makeRoom);
  });

  it("does the same when its file may not grow", async ({ skip }) => {
    skip(process.platform !== "linux", "Only Linux can limit a process that runs.");
    await outlast(
      temporaryFolder(),
      (pid) => limitFile(pid, 1_000_000),
      (pid) => limitFile(pid, "unlimited"),
    );
  });

  it("answers what could not be synced as not stored, and it is not", async ({ skip }) => {
    skip(straceProblem() !== undefined, straceProblem());
    const dataDir = temporaryFolder();
    const store = await startStoreProcess(dataDir, failing("fdatasync", "5..8"));
    const fillers = fillersOf(store);
    for (const filler of fillers) {
      expect(await filler.fill()).toContain(refusal);
      expect(await filler.fill()).toContain(refusal);
      await expectLogOf(fillers, store);
    }
    for (const filler of fillers) await filler.append();
    expect(await store.stop()).toBe(0);
    await expectLogOf(fillers, await startStoreProcess(dataDir));
  });

  it("ends when not even the root can be written, before it serves an empty log", async ({
    skip,
  }) => {
    skip(straceProblem() !== undefined, straceProblem());
    // The store is open after nine. Which one then is the root of a commit depends on the pages.
    for (let write = 10; ; write += 1) {
      const dataDir = temporaryFolder();
      const store = await startStoreProcess(dataDir, failing("pwrite64", `${write}`));
      const fillers = fillersOf(store).slice(0, 1);
      for (const filler of fillers) {
        if ((await filler.fill()).includes(refusal)) continue;
        await store.ended();
        expect(store.errors()).toContain("BrokenDatabaseError: The disk refused the root");
        await expectLogOf(fillers, await startStoreProcess(dataDir));
        return;
      }
    }
  });

  it("names the trouble in one line when it cannot even begin", async ({ skip }) => {
    const problem = mountProblem();
    skip(problem !== undefined, problem);
    const { folder } = smallFileSystem();
    writeFileSync(join(folder, "rest"), Buffer.alloc(1.5 * 1_024 * 1_024 - 8_192));
    await expect(startStoreProcess(join(folder, "store"))).rejects.toThrow(
      /The store did not start: (?:.*\n)*eventstore: .*\n$/,
    );
  });
});
