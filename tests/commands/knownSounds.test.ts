import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { KnownSounds } from "../../commands/generation/knownSounds.js";
import { soundStream } from "../../domain/sound/events.js";
import { newId } from "../../platform/ids.js";
import { write, writeNewer } from "../support/drafts.js";
import { openedAt as at, openWorld, type World } from "../support/world.js";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

let stopping = new AbortController();
let running: Promise<void> | undefined;
afterEach(async () => {
  stopping.abort();
  await running;
});

function follow(sounds: KnownSounds): KnownSounds {
  stopping = new AbortController();
  running = sounds.run(world, stopping.signal);
  return sounds;
}

/** Its position. */
async function hear(key: string, print: string, page = 0): Promise<bigint> {
  const about = { key, print, inputs: `of ${print}`, generationId: newId(), nodeId: newId(), at };
  const draft = { type: "SoundHeard" as const, public: {}, private: about, sealed: {} };
  await write(world, soundStream(key, page), draft);
  return (await world.store.lastPosition()) ?? 0n;
}

describe("sounds that are known", () => {
  it("are those of before and of now, by stream, in the order of the log", async () => {
    const first = await hear("0001", "AAAA");
    const sounds = follow(new KnownSounds());
    const second = await hear("0001", "AAAB");
    await hear("0001", "AAAC", 1);
    const last = await hear("0002", "AAAD");
    const known = await sounds.upTo(last);
    expect(known?.(soundStream("0001", 0))).toEqual([
      { print: "AAAA", inputs: "of AAAA", position: first },
      { print: "AAAB", inputs: "of AAAB", position: second },
    ]);
    expect(known?.(soundStream("0001", 1)).map(({ print }) => print)).toEqual(["AAAC"]);
    expect(known?.(soundStream("0003", 0))).toEqual([]);
  });

  it("are not told before all of them are there", async () => {
    const last = await hear("0001", "AAAE");
    expect(await new KnownSounds().upTo(last)).toBeUndefined();
    const sounds = follow(new KnownSounds());
    expect(await sounds.upTo(last)).toBeDefined();
    expect(await sounds.upTo(last + 1_000_000n)).toBeUndefined();
  });

  it("are looked up where there are too many of them", async () => {
    const last = await hear("0001", "AAAF");
    const sounds = follow(new KnownSounds(1));
    await running;
    expect(await sounds.upTo(last)).toBeUndefined();
  });

  it("are looked up where newer software recorded one", async () => {
    const sounds = follow(new KnownSounds());
    expect(await sounds.upTo(await hear("0001", "AAAG"))).toBeDefined();
    await writeNewer(world, soundStream("0004", 0), "SoundHeard");
    await running;
    expect(await sounds.upTo(await hear("0001", "AAAH"))).toBeUndefined();
  });
});
