import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Account, makeAccount } from "../support/account.js";
import { readWav } from "../support/audio/wholeWav.js";
import { type LoopRequest, PluginClient, shownFor } from "../support/pluginClient.js";
import { openServer, type TestServer } from "../support/server.js";
import { joinNode, type TestNode } from "../support/testNode.js";

const dailyLimit = 12;

let server: TestServer;
let node: TestNode;
let account: Account;
let plugin: PluginClient;
beforeAll(async () => {
  server = await openServer({ dailyLimit });
  account = await makeAccount(server);
});
afterAll(() => server.close());
beforeEach(async () => {
  // Of an earlier test's node nothing is left.
  node = await joinNode(server);
  plugin = new PluginClient(account.apiKey, server.url);
});

const track: LoopRequest = {
  prompt: "deep rolling bass",
  bpm: 128,
  key: "C Aeolian",
  model: "",
  sampleRate: 48_000,
  generationDuration: 1,
};

/** The loop that the plugin gets, and the job that the node got for it. */
async function loopFor(wish: Partial<LoopRequest>, model?: string) {
  const [answer, job] = await Promise.all([
    plugin.generateLoop({ ...track, ...wish }),
    node.lease().then(async (leased) => {
      await node.handIn(leased, model);
      return leased.job;
    }),
  ]);
  expect(answer.status).toBe(200);
  return { ...answer, job };
}

describe("a track of the plugin", () => {
  it("gets its loop, every header that a build reads, and the credits that are left", async () => {
    const before = await plugin.checkCredits();
    const { headers, body, job } = await loopFor({});
    // At once: the loop it has just got is counted.
    const after = await plugin.checkCredits();
    expect(before).toEqual({
      credits_remaining: dailyLimit,
      credits_total: dailyLimit,
      can_generate_standard: true,
      cost_standard: 1,
    });
    expect(after).toEqual({ ...before, credits_remaining: dailyLimit - 1 });
    expect(headers).toMatchObject({
      "content-type": "audio/wav",
      "content-length": String(body.length),
      "x-credits-remaining": String(dailyLimit - 1),
      "x-credits-used": "1",
      "x-duration": "1",
      "x-bpm": "128",
      "x-detected-bpm": "128",
      "x-key": "C Aeolian",
      "x-sample-rate": "48000",
      "x-seed": String(job.seed),
      "x-model": "synth-1",
    });
    // Only audio made at another tempo is said to be.
    expect(headers).not.toHaveProperty("x-snapped-bpm");
    // The plugin keeps the seed in 32 bits with a sign.
    expect(job.seed).toBeLessThan(2 ** 31);
    expect(readWav(body)).toMatchObject({ ok: true, value: { format: { sampleRate: 48_000 } } });
  });

  it("is served as by builds that send no model", async () => {
    const { prompt, bpm, key, sampleRate, generationDuration } = track;
    const older = { prompt, bpm, key, sampleRate, generationDuration };
    const waiting = plugin.generateLoop({ ...older, extra: { preferred_stems: ["bass"] } });
    const leased = await node.lease();
    await node.handIn(leased);
    expect(leased.job).toMatchObject({ model: null, stems: ["bass"] });
    expect((await waiting).status).toBe(200);
  });

  it("gets another model than it chose where nobody offers that one, and is told", async () => {
    const { headers, job } = await loopFor({ model: "rc-vocal-textures" });
    expect(job.model).toBeNull();
    expect(headers).toMatchObject({ "x-model": "synth-1" });
  });

  it("gets the model it chose where a node offers it", async () => {
    node = await joinNode(server, { models: ["foundation-1"] });
    const { headers, job } = await loopFor({ model: "foundation-1" }, "foundation-1");
    expect(job.model).toBe("foundation-1");
    expect(headers).toMatchObject({ "x-model": "foundation-1" });
  });

  it.each([
    [47_999.9, 48_000],
    [352_800, 176_400],
    [384_000, 192_000],
  ])("of a host at %d Hz is made at %d Hz, and says so", async (sampleRate, rate) => {
    const { headers, body, job } = await loopFor({ sampleRate });
    expect(job.sample_rate).toBe(rate);
    expect(headers).toMatchObject({ "x-sample-rate": String(rate), "x-duration": "1" });
    expect(readWav(body)).toMatchObject({ ok: true, value: { format: { sampleRate: rate } } });
  });

  it("may be asked for by keywords alone, with what builds of today add", async () => {
    const extra = {
      ...{ bypass_llm: true, sync_on_server: false },
      ...{ use_image: false, image_base64: "", image_temperature: 0.7, measures: null },
    };
    const wish = { prompt: "", key: "None", keywords: ["dark", "ambient 🎹"], extra };
    const { headers, job } = await loopFor(wish);
    expect(job).toMatchObject({ prompt: "dark, ambient 🎹", key: null });
    expect(headers).not.toHaveProperty("x-key");
  });

  it("is asked for in bars and a short key, and its keywords join the prompt", async () => {
    const wish = { key: "Am", keywords: ["warm"], extra: { measures: 1 } };
    const { headers, job } = await loopFor(wish);
    expect(job).toMatchObject({ prompt: "deep rolling bass, warm", key: "A Aeolian" });
    expect(headers).toMatchObject({ "x-key": "A Aeolian", "x-duration": "1.875" });
  });
});

describe("a picture", () => {
  /** A drawing of 800 KB. */
  const imageBase64 = "iVBORw0KGgoA".repeat(Math.ceil((800 * 1024 * 4) / 3 / 12));

  it("is taken whole, refused in words of its own, and costs nothing", async () => {
    const before = await plugin.checkCredits();
    const answer = await plugin.generateLoop({ ...track, prompt: "", imageBase64 });
    expect(answer.status).toBe(422);
    const { error } = JSON.parse(answer.body.toString());
    expect(error).toMatchObject({ code: "IMAGES_NOT_SUPPORTED", field: "use_image" });
    expect(await plugin.checkCredits()).toEqual(before);
  });

  it("is not read from those who are not known", async () => {
    const stranger = new PluginClient(`obsidian_live_${"0".repeat(48)}`, server.url);
    const answer = await stranger.generateLoop({ ...track, imageBase64 });
    expect(answer.status).toBe(401);
  });

  it("may be no larger than 1.5 MiB", async () => {
    const answer = await plugin.generateLoop({ ...track, imageBase64: imageBase64.repeat(2) });
    expect(answer.status).toBe(413);
  });
});

describe("what the plugin shows", () => {
  it("is its own text for whatever it can mend or wait for", async () => {
    const shown = async (client: PluginClient, wish: Partial<LoopRequest> = {}) =>
      shownFor((await client.generateLoop({ ...track, ...wish })).status);
    expect(await shown(new PluginClient("", server.url))).toBe("Authentication failed");
    expect(await shown(plugin, { bpm: 1000 })).toBe("Invalid request");
    expect(await shown(plugin, { prompt: "", keywords: [] })).toBe("Invalid request");
    const empty = await openServer({ dailyLimit: 1 });
    try {
      const { apiKey } = await makeAccount(empty);
      const client = new PluginClient(apiKey, empty.url);
      expect(await shown(client)).toBe("Service unavailable");
      const only = await joinNode(empty);
      await Promise.all([client.generateLoop(track), only.lease().then(only.handIn)]);
      // Each text would be untrue: the day's loops are used up.
      expect(await shown(client, { prompt: "a pad" })).toBe("HTTP Error 429");
      expect(await client.checkCredits()).toMatchObject({
        credits_remaining: 0,
        can_generate_standard: false,
      });
    } finally {
      await empty.close();
    }
  });

  it("of credits is an error for a key that is none", async () => {
    const stranger = new PluginClient("", server.url);
    await expect(stranger.checkCredits()).rejects.toThrow("Authentication failed");
  });
});
