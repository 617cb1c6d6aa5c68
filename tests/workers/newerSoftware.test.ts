import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GenerationWatch } from "../../api/generationWatch.js";
import { handle } from "../../commands/handle.js";
import { generationStream } from "../../domain/generation/events.js";
import { TooNewEventError } from "../../domain/ledger.js";
import { userDecider } from "../../domain/user/decider.js";
import { userStream } from "../../domain/user/events.js";
import { newId } from "../../platform/ids.js";
import { findCheckpoint } from "../../platform/ops/checkpoints.js";
import { createLog } from "../../platform/process/log.js";
import { processManager, runProcessManager } from "../../workers/processManager.js";
import { write, writeNewer } from "../support/drafts.js";
import * as g from "../support/generations.js";
import { openedAt as at, contextAt, openWorld, type World } from "../support/world.js";

/** What was written to it, line by line. */
function recordingLog() {
  const lines: string[] = [];
  const log = createLog(
    { name: "test", level: "error" },
    { write: (line) => void lines.push(line) },
  );
  return { log, lines };
}

const verified = (userId: string) => ({
  type: "EmailVerified" as const,
  public: {},
  private: { userId, at },
  sealed: {},
});

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

describe("an event that newer software wrote", () => {
  it("makes a process manager wait right before it, with an alert", async () => {
    const { store, opsDb, ledgerId } = world;
    const { log, lines } = recordingLog();
    const seen: string[] = [];
    const stopping = new AbortController();
    const manager = processManager({
      name: "waiting",
      coveredBy: { EmailVerified: "sweep nodes" },
      react: async ({ event }) => void seen.push(event.data.private.userId),
    });
    let isLive = false;
    const running = runProcessManager(manager, {
      ...{ store, opsDb, ledgerId, log },
      signal: stopping.signal,
      onLive: () => {
        isLive = true;
      },
    });
    await expect.poll(() => isLive).toBe(true);
    const [before, newer, after] = [newId(), newId(), newId()];
    await write(world, userStream(before), verified(before));
    const last = await store.lastPosition();
    await writeNewer(world, userStream(newer), "EmailVerified");
    await write(world, userStream(after), verified(after));
    await expect.poll(() => lines.join("")).toContain("ALERT a process manager waits");
    stopping.abort();
    await running;
    expect(seen).toEqual([before]);
    expect((await findCheckpoint(opsDb, "waiting"))?.position).toBe(last);
  });

  it("is logged by the watch of the API, which goes on", async () => {
    const { log, lines } = recordingLog();
    const watch = new GenerationWatch();
    const seen: string[] = [];
    watch.listen(g.generationId, ({ type }) => void seen.push(type));
    const running = watch.run({ store: world.store, log });
    const stream = generationStream(g.generationId);
    await expect
      .poll(async () => {
        await writeNewer(world, stream, "GenerationLeased");
        return lines.join("");
      })
      .toContain("ALERT nobody can be notified of an event");
    await write(world, stream, g.leased(1));
    await expect.poll(() => seen).toEqual(["GenerationLeased"]);
    watch.close();
    await running;
  });

  it("keeps a command from deciding", async () => {
    const userId = newId();
    await writeNewer(world, userStream(userId), "EmailVerified");
    const command = { type: "EraseUser" as const, userId, at, reason: "asked" as const };
    const erasing = handle(world.ledger, userDecider, command, contextAt(at));
    await expect(erasing).rejects.toBeInstanceOf(TooNewEventError);
  });
});
