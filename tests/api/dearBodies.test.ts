import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { refuseUnwieldy } from "../../api/measureJson.js";
import { rateLimitNames } from "../../platform/config/rateLimits.js";
import { type Account, call, makeAccount } from "../support/account.js";
import { openServer, type TestServer } from "../support/server.js";

const many = { calls: 100_000, seconds: 60 };
let server: TestServer;
let account: Account;
beforeAll(async () => {
  server = await openServer({ rateLimits: rateLimitNames.map((name) => ({ name, ...many })) });
  account = await makeAccount(server);
});
afterAll(() => server.close());

const orderBytes = 1.5 * 1024 * 1024 - 100;
const drum = "🥁";
const jsonBytes = 64 * 1024 - 100;

/** As many of these as fit. */
const list = (element: string, bytes: number): string =>
  `[${Array(Math.floor(bytes / (element.length + 1)))
    .fill(element)
    .join()}]`;
const fields = (value: string, count: number): string =>
  Array.from({ length: count }, (_, index) => `"k${index}":${value}`).join();
const deep = (open: string, close: string, times: number): string =>
  `${open.repeat(times)}1${close.repeat(times)}`;
/** One text of as many bytes, of signs that take as long to decode. */
const plain = (body: string): string => {
  const sign = body.includes(drum) ? drum : "a";
  return JSON.stringify({ plain: sign.repeat(Buffer.byteLength(body) / Buffer.byteLength(sign)) });
};

interface Refused {
  readonly path: string;
  readonly body: string;
}
const post = ({ path, body }: Refused) =>
  call(server, "POST", path, {
    body,
    key: account.apiKey,
    headers: { "x-node-signature": "x" },
  });

async function cpuMs(asked: Refused): Promise<number> {
  const before = process.cpuUsage();
  await post(asked);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/**
 * How much more this takes of the process, both ends of the call, than one text of as many bytes. Of
 * many the least: that is what a machine takes that does nothing else.
 */
async function dearerByMs(asked: Refused): Promise<number> {
  const usual = { ...asked, body: plain(asked.body) };
  const taken: number[] = [];
  const usually: number[] = [];
  for (let round = 0; round < 9; round += 1) {
    taken.push(await cpuMs(asked));
    usually.push(await cpuMs(usual));
  }
  return Math.min(...taken) - Math.min(...usually);
}

const order = (rest: string): Refused => ({
  path: "/generate",
  body: `{"prompt":"abcd efg",${rest}}`,
});
const strings = (element: string): string => list(`"${element}"`, orderBytes);

describe("a body that is dear to read", () => {
  it.each<[string, Refused, number, string]>([
    [
      "numbers as stems",
      order(`"preferred_stems":${list("0", orderBytes)}`),
      413,
      "BODY_TOO_LARGE",
    ],
    ["numbers as keywords", order(`"keywords":${list("0", orderBytes)}`), 413, "BODY_TOO_LARGE"],
    ["very many keywords", order(`"keywords":${strings("a")}`), 413, "BODY_TOO_LARGE"],
    ["long keywords", order(`"keywords":${strings("a".repeat(2_000))}`), 413, "BODY_TOO_LARGE"],
    ["an unknown list", order(`"zzz":${list("[]", orderBytes)}`), 413, "BODY_TOO_LARGE"],
    ["objects in a list", order(`"zzz":${list("{}", orderBytes)}`), 413, "BODY_TOO_LARGE"],
    ["many fields", order(fields("[0]", 110_000)), 413, "BODY_TOO_LARGE"],
    [
      "one field many times",
      order(list('"bpm":1', orderBytes).slice(1, -1)),
      413,
      "BODY_TOO_LARGE",
    ],
    ["lists in lists", order(`"zzz":${deep("[", "]", 700_000)}`), 400, "MALFORMED_JSON"],
    ["objects in objects", order(`"zzz":${deep('{"a":', "}", 200_000)}`), 400, "MALFORMED_JSON"],
    ["a prompt", order(`"prompt":"${"a".repeat(orderBytes)}"`), 422, "INVALID_PROMPT"],
    ["a prompt of quotes", order(`"prompt":"${'\\"'.repeat(700_000)}"`), 422, "INVALID_PROMPT"],
    ["a prompt of drums", order(`"prompt":"${drum.repeat(390_000)}"`), 422, "INVALID_PROMPT"],
  ])("takes no longer than any of its size: %s", async (_what, asked, status, code) => {
    expect(await post(asked)).toMatchObject({ status, code });
    expect(await dearerByMs(asked)).toBeLessThan(10);
  });

  const path = "/workers/register";
  it.each<[string, Refused]>([
    ["numbers as models", { path, body: `{"models":${list("0", jsonBytes)}}` }],
    ["objects as models", { path, body: `{"models":${list("{}", jsonBytes)}}` }],
    ["models", { path, body: `{"models":${list('"a"', jsonBytes)}}` }],
    ["fields", { path: "/auth/login", body: `{${fields("[0]", 5_000)}}` }],
    ["lists", { path: "/certificate/verify", body: list("[]", jsonBytes) }],
  ])("nor without an account: %s", async (_what, asked) => {
    expect(await post(asked)).toMatchObject({ status: 413, code: "BODY_TOO_LARGE" });
    expect(await dearerByMs(asked)).toBeLessThan(3);
  });
});

describe("a list that is longer than it may be", () => {
  it("is refused by its length, whatever is in it", async () => {
    const keywords = order(`"keywords":${list("0", 2 * 200)}`);
    expect(await post(keywords)).toMatchObject({ status: 422, code: "INVALID_KEYWORDS" });
    const stems = order(`"preferred_stems":${list("0", 2 * 200)}`);
    expect(await post(stems)).toMatchObject({ status: 422, code: "INVALID_PREFERRED_STEMS" });
  });
});

describe("the largest honest body", () => {
  const read = (value: unknown): void => refuseUnwieldy(Buffer.from(JSON.stringify(value)));

  it("is read: all keywords, and a picture with every sign in it that counts outside of texts", async () => {
    const keywords = Array(64).fill('a,[{"\\');
    const picture = ',[{"\\'.repeat(100_000);
    const body = JSON.stringify({
      prompt: "dub",
      keywords,
      use_image: true,
      image_base64: picture,
    });
    expect(await post({ path: "/generate", body })).toMatchObject({
      status: 422,
      code: "IMAGES_NOT_SUPPORTED",
    });
  });

  it("is read: a worker with all models, and one with all telemetry", () => {
    const models = Array(16).fill("m".repeat(48));
    read({ models, capabilities: { stems: true }, gpu_info: { name: "x" }, nonce: "\\" });
    read({ telemetry: Object.fromEntries(models.map((_, index) => [`t_${index}`, index])) });
  });

  it("has 256 values, and 32 levels", () => {
    read(Array(255).fill(0));
    expect(() => read(Array(256).fill(0))).toThrow("more than 256 values");
    read(JSON.parse(deep("[", "]", 32)));
    expect(() => read(JSON.parse(deep("[", "]", 33)))).toThrow("more than 32 levels");
  });
});

describe("a call with a body that does not fit", () => {
  it("counts as any other, since that is done before its body is read", async () => {
    const few = { calls: 2, seconds: 60 };
    const strict = await openServer({
      rateLimits: [
        // As many as it takes to make the account.
        { name: "sign-in", calls: 3, seconds: 600 },
        { name: "node-registration", ...few },
        { name: "generate", ...few },
      ],
    });
    try {
      const { apiKey: key } = await makeAccount(strict);
      for (const path of ["register", "forgot-password", "resend-verification"]) {
        expect((await call(strict, "POST", `/auth/${path}`, { body: "{" })).status).toBe(429);
      }
      for (const path of ["/workers/register", "/generate"]) {
        const statuses: number[] = [];
        for (let round = 0; round < 3; round += 1) {
          statuses.push((await call(strict, "POST", path, { body: "{", key })).status);
        }
        expect(statuses).toEqual([400, 400, 429]);
      }
    } finally {
      await strict.close();
    }
  });
});
