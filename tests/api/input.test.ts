import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPrompt } from "../../commands/generation/openPrompt.js";
import { load } from "../../commands/handle.js";
import { generationDecider } from "../../domain/generation/decider.js";
import { type Account, call, makeAccount } from "../support/account.js";
import { openServer, type TestServer } from "../support/server.js";
import { joinNode } from "../support/testNode.js";

let server: TestServer;
let account: Account;
beforeAll(async () => {
  server = await openServer();
  account = await makeAccount(server);
  await joinNode(server);
});
afterAll(() => server.close());

const order = { prompt: "dub techno", bpm: 124, generation_duration: 1 };
const generate = (body: unknown, headers: Record<string, string> = {}) =>
  call(server, "POST", "/generate", { body, key: account.apiKey, headers });

/** Nothing may have been written: the log ends where it ended before. */
async function leavesNoTrace(work: () => Promise<unknown>): Promise<void> {
  const before = await server.store.lastPosition();
  await work();
  expect(await server.store.lastPosition()).toBe(before);
}

describe("what can't be a request", () => {
  it.each([
    ["cut off JSON", '{"prompt":"dub', {}, 400, "MALFORMED_JSON"],
    ["NaN, which JSON does not have", '{"prompt":"dub","bpm":NaN}', {}, 400, "MALFORMED_JSON"],
    ["no body", "", {}, 400, "MALFORMED_JSON"],
    ["another type", "<xml/>", { "content-type": "text/xml" }, 415, "UNSUPPORTED_MEDIA_TYPE"],
    ["a list", "[]", {}, 422, "INVALID_REQUEST"],
    ["10 MB", JSON.stringify({ ...order, prompt: "x".repeat(1e7) }), {}, 413, "BODY_TOO_LARGE"],
  ])("is refused: %s", async (_what, body, headers, status, code) => {
    await leavesNoTrace(async () => {
      expect(await generate(body, headers)).toMatchObject({ status, code });
    });
  });
});

describe("a value that is not allowed", () => {
  it.each([
    ["prompt", { prompt: "  x  " }],
    ["prompt", { prompt: " \n\u3000 " }],
    ["prompt", { prompt: "，。" }],
    ["prompt", { prompt: "x".repeat(1001) }],
    ["prompt", { prompt: 7 }],
    ["prompt", { prompt: undefined }],
    ["bpm", { bpm: 19.9 }],
    ["bpm", { bpm: 300.1 }],
    ["bpm", { bpm: "124" }],
    ["bpm", { bpm: null }],
    ["key", { key: "H blues" }],
    ["key", { key: 4 }],
    ["sample_rate", { sample_rate: 44_101 }],
    ["generation_duration", { generation_duration: 0.9 }],
    ["generation_duration", { generation_duration: 31 }],
    ["preferred_stems", { preferred_stems: ["drums", "kazoo"] }],
    ["preferred_stems", { preferred_stems: "drums" }],
    ["measures", { measures: 17 }],
    ["measures", { measures: 1.5 }],
    ["measures", { measures: 16, bpm: 20 }],
    ["seed", { seed: -1 }],
    ["seed", { seed: 4_294_967_296 }],
    ["model", { model: 7 }],
    ["model", { model: "no-such-model".repeat(5) }],
    ["prompt", { prompt: "", keywords: ["x"] }],
    ["prompt", { prompt: "x".repeat(600), keywords: ["x".repeat(600)] }],
    ["keywords", { keywords: "kazoo" }],
    ["keywords", { keywords: ["kazoo", 7] }],
    ["keywords", { keywords: Array.from({ length: 65 }, () => "kazoo") }],
    ["use_image", { use_image: "kazoo" }],
    ["image_base64", { image_base64: 7 }],
    ["bypass_llm", { bypass_llm: "kazoo" }],
  ])("is refused by the name of its field, and never repeated: %s", async (field, wrong) => {
    await leavesNoTrace(async () => {
      const answer = await generate({ ...order, ...wrong });
      const code = `INVALID_${field.toUpperCase()}`;
      expect(answer).toMatchObject({ status: 422, code, field });
      expect(answer.bytes.toString()).not.toMatch(/kazoo|blues|no-such-model|44101/);
    });
  });
});

describe("what the plugin may send", () => {
  const later = { prefer: "respond-async" };
  const requestOf = async (body: unknown) => {
    const answer = await generate(body, later);
    expect(answer.status).toBe(202);
    const loaded = await load(server.store, generationDecider, {
      generationId: String(answer.data["request_id"]),
    });
    if (loaded.state.status !== "open") throw new Error("not open");
    return { asked: loaded.state.request.data.private, events: loaded.events };
  };

  it("is kept to the letter: line breaks, emoji, other scripts; and sealed", async () => {
    const prompt = "дub 🎹 techno\n\t‮ \u202e <script>";
    const { events } = await requestOf({ ...order, prompt: `  ${prompt}  ` });
    expect((await openPrompt(server.ledger.vault, events))?.prompt).toBe(prompt);
    expect(JSON.stringify(events, (_, v) => (typeof v === "bigint" ? String(v) : v))).not.toContain(
      "techno",
    );
  });

  it.each(["钢琴", "鼓", "북", "笛", "🎹", "बीन"])(
    "is short where one character says much: %s",
    async (prompt) => {
      const { events } = await requestOf({ ...order, prompt });
      expect((await openPrompt(server.ledger.vault, events))?.prompt).toBe(prompt);
    },
  );

  it("has defaults for what older builds leave out", async () => {
    const { asked } = await requestOf({ prompt: "dub techno" });
    expect(asked).toMatchObject({ bpm: 120, key: null, frames: 288_000, sampleRate: 48_000 });
    expect(asked).toMatchObject({ stems: [], model: null, seed: expect.any(Number) });
  });

  it.each([
    ["", null],
    ["C minor", "C Aeolian"],
    ["Bb major", "A# Ionian"],
    ["G# Locrian", "G# Locrian"],
    ["Am", "A Aeolian"],
    ["Cmaj", "C Ionian"],
    ["None", null],
  ])("spells a key in many ways: %j", async (key, spelled) => {
    expect((await requestOf({ ...order, key })).asked.key).toBe(spelled);
  });

  it("measures wins over duration, to the frame", async () => {
    const bars = { ...order, measures: 2, bpm: 126.5, sample_rate: 44_100 };
    const { asked } = await requestOf({ ...bars, generation_duration: 30 });
    expect(asked.frames).toBe(Math.round(((2 * 4 * 60) / 126.5) * 44_100));
  });

  it("may name stems in any order and twice, and fields that we do not know", async () => {
    const body = { ...order, preferred_stems: ["bass", "drums", "bass"], from_the_future: true };
    expect((await requestOf(body)).asked.stems).toEqual(["drums", "bass"]);
  });
});

describe("a key or token", () => {
  const generateAs = (options: Parameters<typeof call>[3]) =>
    call(server, "POST", "/generate", { body: order, ...options });

  it.each([
    ["none", {}, "MISSING_CREDENTIALS"],
    ["a made-up key", { key: `obsidian_live_${"0".repeat(48)}` }, "INVALID_CREDENTIALS"],
    ["a key of another form", { key: "sk_live_1234" }, "INVALID_CREDENTIALS"],
    ["a bare word", { headers: { authorization: "secret" } }, "MISSING_CREDENTIALS"],
  ])("is needed: %s", async (_what, options, code) => {
    await leavesNoTrace(async () => {
      expect(await generateAs(options)).toMatchObject({ status: 401, code });
    });
  });

  it("is asked for before the body is looked at", async () => {
    const answer = await generateAs({ body: '{"prompt":' });
    expect(answer).toMatchObject({ status: 401, code: "MISSING_CREDENTIALS" });
  });

  it("is not taken from the query string", async () => {
    const path = `/user/usage?api_key=${account.apiKey}&access_token=${account.accessToken}`;
    expect(await call(server, "GET", path)).toMatchObject({ status: 401 });
  });

  it("works as Bearer too, and a user's token also generates", async () => {
    const headers = { prefer: "respond-async" };
    const withKey = await generateAs({ token: account.apiKey, headers });
    const withToken = await generateAs({ token: account.accessToken, headers });
    expect([withKey.status, withToken.status]).toEqual([202, 202]);
  });
});

describe("a server that is asked for what it does not have", () => {
  it("answers in its one form", async () => {
    const answer = await call(server, "GET", "/api/v1/nothing");
    expect(answer).toMatchObject({ status: 404, code: "NOT_FOUND" });
    expect(answer.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("slows down who asks too often, and says for how long", async () => {
    const strict = await openServer({ rateLimits: [{ name: "address", calls: 3, seconds: 60 }] });
    try {
      const ask = () => call(strict, "GET", "/workers/status");
      const answers = [await ask(), await ask(), await ask(), await ask()];
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
      expect(answers[3]?.code).toBe("RATE_LIMITED");
      expect(Number(answers[3]?.headers.get("retry-after"))).toBeGreaterThan(0);
      expect(answers[3]?.headers.get("connection")).toBe("close");
      // Whoever was refused is not counted any further.
      expect((await ask()).status).toBe(429);
      const [counted = ""] = await strict.redis.keys("limit:address:*");
      expect(await strict.redis.get(counted)).toBe("4");
    } finally {
      await strict.close();
    }
  });

  it("says that it waits for too many already", async () => {
    const person = await makeAccount(server);
    const { waitingCalls } = { waitingCalls: 31 };
    const gone = new AbortController();
    const send = (signal?: AbortSignal) =>
      fetch(`${server.url}/api/v1/generate`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "x-api-key": person.apiKey,
          "idempotency-key": "one",
        },
        body: JSON.stringify(order),
        ...(signal !== undefined && { signal }),
      }).catch(() => undefined);
    const first = Array.from({ length: waitingCalls - 1 }, () => send(gone.signal));
    let refused: Response | undefined;
    while (refused?.status !== 429) refused = await send(AbortSignal.timeout(2000));
    expect(await refused.json()).toMatchObject({ error: { code: "TOO_MANY_WAITING" } });
    gone.abort();
    await Promise.all(first);
    // Whoever hung up waits no longer: the next call is parked, and runs into its own time limit.
    let next: Response | undefined;
    do next = await send(AbortSignal.timeout(1000));
    while (next?.status === 429);
    expect(next).toBeUndefined();
  });

  it("answers who is not allowed to read across origins as browsers expect", async () => {
    const preflight = (origin: string) =>
      fetch(`${server.url}/api/v1/generate`, {
        method: "OPTIONS",
        headers: { origin, "access-control-request-method": "POST" },
      });
    const [ours, foreign] = [
      await preflight("https://example.org"),
      await preflight("https://x.org"),
    ];
    expect(ours.headers.get("access-control-allow-origin")).toBe("https://example.org");
    expect(ours.headers.get("access-control-allow-credentials")).toBeNull();
    expect(foreign.headers.get("access-control-allow-origin")).not.toBe("https://x.org");
  });
});
