import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hear } from "../../domain/audio/octaves.js";
import { printOf } from "../../domain/audio/soundPrint.js";
import { joinBytes, wavParts } from "../../domain/audio/writeWav.js";
import { generationStream } from "../../domain/generation/events.js";
import { isProven } from "../../domain/generation/standing.js";
import { boundEventsMax, soundPagesMax } from "../../domain/limits.js";
import type { Job } from "../../domain/node/wire.js";
import { soundStream } from "../../domain/sound/events.js";
import { firstOf } from "../../platform/eventStore/firstOf.js";
import { newId } from "../../platform/ids.js";
import { findStanding, noteAcceptedBefore } from "../../platform/redis/standings.js";
import { type Account, call, makeAccount } from "../support/account.js";
import { delayed, inTurn, noisy, tilted, turnedUpAndDown } from "../support/changedSounds.js";
import { fillStream } from "../support/fillStream.js";
import { loopOf, samplesOf, sine } from "../support/madeUpSounds.js";
import { openServer, type TestServer } from "../support/server.js";
import type { Signal } from "../support/testAudio.js";
import { audioHash, joinNode, nodeAbout, type TestNode } from "../support/testNode.js";

let server: TestServer;
let account: Account;
beforeAll(async () => {
  server = await openServer();
  account = await makeAccount(server);
});
afterAll(() => server.close());

const openModel = "stable-audio-open-1.0";
const joinWith = (models: string[]) => joinNode(server, { ...nodeAbout, models });

const order = { prompt: "deep pad", bpm: 120, key: "C Ionian", generation_duration: 1, seed: 1 };

async function ask(extra: object = {}): Promise<string> {
  const { data } = await call(server, "POST", "/generate", {
    body: { ...order, model: openModel, ...extra },
    key: account.apiKey,
    headers: { prefer: "respond-async" },
  });
  return String(data["request_id"]);
}

const wavOf = (signal: Signal, { frames, sample_rate: sampleRate }: Job) => {
  const pcm = samplesOf(signal, frames / sampleRate, sampleRate);
  const format = { sampleRate, channels: 2, bitsPerSample: 16 } as const;
  return joinBytes(wavParts(format, new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength)));
};

async function handIn(node: TestNode, signal: Signal, model = openModel, understood?: string) {
  const { job } = await node.lease();
  const wav = wavOf(signal, job);
  const result = { wav, audioSha256: audioHash(wav), model, understood };
  return node.client.sendResult(job.job_id, result, performance.now() + 10_000);
}

const completedOf = async (id: string) => {
  const { events } = await server.store.read(generationStream(id));
  return firstOf(events, "GenerationCompleted")?.event.data.private;
};

describe("audio that other work had", () => {
  const softer = (seed: number): Signal => {
    const loop = loopOf(seed);
    return (seconds, channel) => loop(seconds, channel) / 3;
  };

  it("is delivered, worth nothing, and lowers trust; its own inputs may have it again", async () => {
    const node = await joinWith([openModel]);
    await noteAcceptedBefore(server.redis, node.nodeId, 10);
    await ask();
    expect(await handIn(node, loopOf(1))).toMatchObject({ units: 4000 });
    await ask();
    expect(await handIn(node, loopOf(1))).toMatchObject({ units: 4000 });
    expect(isProven(await findStanding(server.redis, node.nodeId))).toBe(true);
    const others = [
      { prompt: "hard kick" },
      { seed: 2 },
      { bpm: 121 },
      { key: "D Ionian" },
      { generation_duration: 1.5 },
    ];
    for (const other of others) {
      const id = await ask(other);
      expect(await handIn(node, softer(1)), JSON.stringify(other)).toMatchObject({ units: 0 });
      expect(await completedOf(id)).toMatchObject({ heardBefore: true });
    }
    expect(isProven(await findStanding(server.redis, node.nodeId))).toBe(false);
    await ask({ seed: 4 });
    expect(await handIn(node, loopOf(2))).toMatchObject({ units: 4000 });
  });

  it("is worth nothing when it is turned up and down, equalised and given noise", async () => {
    const node = await joinWith([openModel]);
    await noteAcceptedBefore(server.redis, node.nodeId, 10);
    const worn = (seconds: number, share: number): Signal => {
      const change = inTurn(
        turnedUpAndDown(2, 2, share),
        tilted(2 * share, 800),
        noisy(0.03),
        delayed(5 * share),
      );
      const pcm = change(samplesOf(loopOf(20), seconds));
      return (at, channel) => (pcm[2 * Math.round(at * 48_000) + channel] ?? 0) / 32_768;
    };
    const units: number[] = [];
    for (const [seed, share] of [0, 0.5, 1].entries()) {
      await ask({ seed: 60 + seed, generation_duration: 4 });
      const receipt = await handIn(node, share === 0 ? loopOf(20) : worn(4, share));
      units.push(receipt.units);
    }
    expect(units).toEqual([16_000, 0, 0]);
  });

  it("is found however many other sounds lie under its key, and new ones still earn", async () => {
    const node = await joinWith([openModel]);
    const { key, text: print } = printOf(hear(samplesOf(loopOf(31), 1), 48_000));
    const other = "AAAA";
    const filler = {
      ...{ key, print: other, inputs: "filler", generationId: newId(), nodeId: newId() },
      at: "2026-11-22T16:00:10.000Z",
    };
    const event = { public: {}, private: filler, sealed: {}, salt: "A".repeat(43) };
    const type = "SoundHeard" as const;
    await fillStream(
      server.store,
      soundStream(key, 0),
      { type, data: event },
      boundEventsMax.sound,
    );
    await ask({ seed: 70 });
    expect(await handIn(node, loopOf(31))).toMatchObject({ units: 4000 });
    const { events } = await server.store.read(soundStream(key, 1));
    expect(firstOf(events, type)?.event.data.private.print).toBe(print);
    await ask({ seed: 71 });
    expect(await handIn(node, loopOf(31))).toMatchObject({ units: 0 });
    for (let page = 2; page < soundPagesMax; page += 1) {
      const stream = soundStream(key, page);
      await fillStream(server.store, stream, { type, data: event }, boundEventsMax.sound);
    }
    await fillStream(
      server.store,
      soundStream(key, 1),
      { type, data: event },
      boundEventsMax.sound - 1,
    );
    await ask({ seed: 72 });
    expect(await handIn(node, loopOf(31))).toMatchObject({ units: 0 });
  });

  it("earns once, however many come with it at the same moment", async () => {
    const nodes = await Promise.all([1, 2, 3].map(() => joinWith([openModel])));
    await Promise.all([11, 12, 13].map((seed) => ask({ seed })));
    const receipts = await Promise.all(nodes.map((node) => handIn(node, loopOf(7))));
    expect(receipts.map(({ units }) => units).sort()).toEqual([0, 0, 4000]);
  });

  it("may be the synth's for another prompt that says the same to it, for no other seed", async () => {
    const node = await joinWith(["synth-1"]);
    const bySynth = async (extra: object, understood = "voices=pad; mood=dark") => {
      await ask({ model: "synth-1", seed: 20, ...extra });
      return handIn(node, loopOf(8), "synth-1", understood);
    };
    expect(await bySynth({})).toMatchObject({ units: 4000 });
    const polite = { prompt: "a deep pad, please" };
    const alike = "voices=pad; mood=dark; unknown=1";
    expect(await bySynth(polite, alike)).toMatchObject({ units: 4000 });
    expect(await bySynth({ seed: 21 })).toMatchObject({ units: 0 });
    // What it understands it has to heed.
    const other = "voices=pad; mood=bright";
    expect(await bySynth({ prompt: "a bright pad" }, other)).toMatchObject({ units: 0 });
    // Not that it has done anything wrong: of few words it makes the same for many seeds.
    const { accepted, failuresInRow } = await findStanding(server.redis, node.nodeId);
    expect({ accepted, failuresInRow }).toEqual({ accepted: 2, failuresInRow: 0 });
  });
});

describe("audio that is no sound", () => {
  it("is refused, and the work goes on", async () => {
    const node = await joinWith([openModel]);
    const id = await ask({ seed: 30, sample_rate: 96_000 });
    await expect(handIn(node, sine(24_000, 0.7))).rejects.toMatchObject({
      code: "RESULT_REJECTED",
    });
    const { events } = await server.store.read(generationStream(id));
    expect(firstOf(events, "GenerationLeaseLost")?.event.data.private).toMatchObject({
      reason: "rejected",
      detail: "SILENT",
    });
    await handIn(node, loopOf(9));
  });
});

describe("the model of a result", () => {
  it("is the one that was asked for, and one that the node offers", async () => {
    const node = await joinWith(["synth-1"]);
    const id = await ask({ seed: 40, model: undefined });
    const refused = { status: 422, code: "MODEL_NOT_OFFERED" };
    await expect(handIn(node, loopOf(10), openModel)).rejects.toMatchObject(refused);
    expect(await handIn(node, loopOf(10), "synth-1")).toMatchObject({ accepted: true });
    expect(await completedOf(id)).toBeDefined();
    const both = await joinWith(["synth-1", openModel]);
    await ask({ seed: 41 });
    await expect(handIn(both, loopOf(11), "synth-1")).rejects.toMatchObject(refused);
    expect(await handIn(both, loopOf(11), openModel)).toMatchObject({ accepted: true });
  });
});

describe("work that a node's owner asked for", () => {
  it("is recorded as such where both speak from one address block, and is worth the same", async () => {
    const node = await joinWith([openModel]);
    const id = await ask({ seed: 50 });
    expect(await handIn(node, loopOf(12))).toMatchObject({ units: 4000 });
    expect(await completedOf(id)).toMatchObject({ ownWork: "same-block" });
  });
});
