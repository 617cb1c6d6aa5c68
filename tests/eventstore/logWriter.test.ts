import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { waitingWritesBytesMax } from "../../eventstore/limits.js";
import { DamagedIndexError } from "../../eventstore/storage/damage.js";
import type { ProposedEvent } from "../../eventstore/storage/eventRecord.js";
import { openEventDatabase } from "../../eventstore/storage/lmdbDatabase.js";
import { LogWriter, WriteFailedError } from "../../eventstore/writing/logWriter.js";
import { temporaryFolder } from "./temporaryStore.js";

function openWriter() {
  const database = openEventDatabase(join(temporaryFolder(), "log"));
  onTestFinished(() => database.close());
  const commits: ReadonlySet<string>[] = [];
  const writer = new LogWriter(
    database,
    () => 1n,
    (streams) => commits.push(streams),
  );
  return { database, writer, commits };
}

function event(): ProposedEvent {
  const empty = new Uint8Array();
  return { id: crypto.randomUUID(), type: "T", isJson: false, data: empty, metadata: empty };
}

describe("the log writer", () => {
  it("gathers writes that come together into few commits, in their order", async () => {
    const { writer, commits } = openWriter();
    const written = await Promise.all(
      Array.from({ length: 100 }, (_, number) =>
        writer.write((transaction) => transaction.append(`s-${number % 3}`, [event()])),
      ),
    );
    expect(written.map(({ position }) => position)).toEqual(
      Array.from({ length: 100 }, (_, number) => BigInt(number + 1)),
    );
    expect(commits.length).toBeLessThanOrEqual(2);
  });

  it("announces a write only when other readers can see it", async () => {
    const { database, writer } = openWriter();
    for (let turn = 0; turn < 20; turn += 1) {
      const { position } = await writer.write((transaction) => transaction.append("s", [event()]));
      expect(database.lastPosition()).toBe(position);
    }
  });

  it("stores nothing of a group in which one write breaks, says so, and goes on", async () => {
    const { database, writer } = openWriter();
    const warned = once(process, "warning");
    const good = writer.write((transaction) => transaction.append("s", [event()]));
    const broken = writer.write((transaction) => {
      transaction.append("s", [event()]);
      throw new Error("a bug");
    });
    await expect(good).rejects.toThrow(WriteFailedError);
    await expect(broken).rejects.toThrow(WriteFailedError);
    expect(database.lastPosition()).toBe(0n);
    expect((await warned)[0]).toHaveProperty("message", "A commit failed: Error: a bug");

    const { position } = await writer.write((transaction) => transaction.append("s", [event()]));
    expect(position).toBe(1n);
  });

  it("stores what others write beside one that broke before it wrote anything", async () => {
    const { database, writer } = openWriter();
    const good = writer.write((transaction) => transaction.append("s", [event()]));
    const broken = writer.write(() => {
      throw new Error("a bug");
    });
    await expect(broken).rejects.toThrow("a bug");
    await expect(good).resolves.toMatchObject({ position: 1n });
    expect(database.lastPosition()).toBe(1n);
  });

  it("stores what others write beside a stream of which something is lost", async () => {
    const { database, writer } = openWriter();
    const good = writer.write((transaction) => transaction.append("s", [event()]));
    const damaged = writer.write(() => {
      throw new DamagedIndexError("for this test");
    });
    await expect(damaged).rejects.toThrow(DamagedIndexError);
    expect((await good).position).toBe(database.lastPosition());
  });

  it("says when too much is waiting, and when there is room again", async () => {
    const { writer } = openWriter();
    const full = writer.write(() => "done", waitingWritesBytesMax);
    expect(writer.hasRoom).toBe(false);
    await new Promise<void>((resolve) => writer.whenRoom(resolve));
    expect(writer.hasRoom).toBe(true);
    expect(await full).toBe("done");
  });

  it("finishes what waits when it is closed, and refuses what comes later", async () => {
    const { database, writer } = openWriter();
    const waiting = writer.write((transaction) => transaction.append("s", [event()]));
    await writer.close();
    expect((await waiting).position).toBe(database.lastPosition());
    await expect(writer.write(() => "late")).rejects.toThrow(WriteFailedError);
  });
});
