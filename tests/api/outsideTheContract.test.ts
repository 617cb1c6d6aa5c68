import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { buildApp } from "../../api/app.js";
import { createClientErrorHandler } from "../../api/beforeRoutes.js";
import { makeAccount } from "../support/account.js";
import { type RawAnswer, sendRaw } from "../support/rawHttp.js";
import { openServer, type TestServer } from "../support/server.js";

let server: TestServer;
let apiKey = "";
beforeAll(async () => {
  server = await openServer();
  ({ apiKey } = await makeAccount(server));
});
afterAll(() => server.close());

/** Stands somewhere in everything that is sent here, and must not come back. */
const mark = "Kilroy";

const errorForm = z.strictObject({
  success: z.literal(false),
  error: z.strictObject({
    code: z.string().regex(/^[A-Z_]+$/),
    message: z.string().min(1),
    field: z.string().optional(),
  }),
});

/** The API's form, its headers, and nothing of what was sent. */
function expectContract(answer: RawAnswer, status: number, code: string): void {
  expect(answer.status, answer.text).toBe(status);
  const { error } = errorForm.parse(JSON.parse(answer.body));
  expect(error.code).toBe(code);
  expect(answer.headers).toMatchObject({
    "content-type": "application/json; charset=utf-8",
    "cache-control": "no-store",
    "x-request-id": expect.stringMatching(/^[0-9a-f-]{36}$/),
    "x-content-type-options": "nosniff",
    "content-security-policy": expect.stringContaining("default-src 'self'"),
    "strict-transport-security": expect.any(String),
  });
  expect(answer.text).not.toMatch(new RegExp(`${mark}|node_modules|\\.[jt]s:\\d|\\n +at `));
}

const host = "Host: 127.0.0.1";
const closing = `${host}\r\nConnection: close`;
const get = (target: string, headers = closing): string =>
  `GET ${target} HTTP/1.1\r\n${headers}\r\n\r\n`;
const ask = (line: string, headers = closing): string => `${line} HTTP/1.1\r\n${headers}\r\n\r\n`;
const post = (body: string | Buffer, headers: string, path = "/api/v1/generate"): Buffer[] => [
  Buffer.from(
    `POST ${path} HTTP/1.1\r\n${closing}\r\nX-API-Key: ${apiKey}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n${headers}\r\n\r\n`,
  ),
  Buffer.from(body),
];
const json = "Content-Type: application/json";
const order = JSON.stringify({ prompt: `dub ${mark}`, bpm: "fast" });

describe("what no router and no parser can read", () => {
  const long = "x".repeat(9_000);
  it.each<[string, string | Buffer, number, string]>([
    ["a bad percent-encoding", get(`/api/v1/${mark}%ZZ`), 400, "MALFORMED_REQUEST"],
    ["half a percent-encoding", get(`/docs/static/${mark}%`), 400, "MALFORMED_REQUEST"],
    [
      "bytes that are no UTF-8",
      get(`/api/v1/certificates/${mark}%C3%28`),
      400,
      "MALFORMED_REQUEST",
    ],
    ["a path upwards", get("/docs/static/%2e%2e/%2e%2e/package.json"), 404, "NOT_FOUND"],
    ["a path upwards by backslash", get("/docs/static/..%5c..%5cpackage.json"), 404, "NOT_FOUND"],
    ["a zero byte", get("/docs/static/index%00.css"), 404, "NOT_FOUND"],
    ["a hidden file", get("/docs/static/.env"), 404, "NOT_FOUND"],
    ["a name too long for a file", get(`/docs/static/${"n".repeat(300)}`), 404, "NOT_FOUND"],
    ["a long parameter", get(`/api/v1/certificates/${mark.repeat(60)}`), 422, "INVALID_ID"],
    ["a long URL", get(`/health?${mark}=${long}`), 414, "URL_TOO_LONG"],
    ["a URL beyond the parser", get(`/${mark}${long}${long}`), 414, "URL_TOO_LONG"],
    ["a large header", get("/health", `${closing}\r\nX: ${long}${long}`), 431, "HEADERS_TOO_LARGE"],
    ["no HTTP at all", `${mark}\r\n\r\n`, 400, "MALFORMED_REQUEST"],
    ["the hello of TLS", Buffer.from("16030100a5010000a10303", "hex"), 400, "MALFORMED_REQUEST"],
    ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, "MALFORMED_REQUEST"],
    ["another version", `GET /${mark} HTTP/3.7\r\n${closing}\r\n\r\n`, 400, "MALFORMED_REQUEST"],
    ["a header without a colon", get("/health", `${closing}\r\n${mark}`), 400, "MALFORMED_REQUEST"],
    ["a folded header", get("/health", `${closing}\r\nX: a\r\n ${mark}`), 400, "MALFORMED_REQUEST"],
    [
      "a zero byte in a header",
      get("/health", `${closing}\r\nX: \0${mark}`),
      400,
      "MALFORMED_REQUEST",
    ],
    ["no host", get("/health", "Connection: close"), 400, "MALFORMED_REQUEST"],
    ["two hosts", get("/health", `${closing}\r\nHost: ${mark}`), 400, "MALFORMED_REQUEST"],
    [
      "two lengths",
      ask("POST /api/v1/auth/login", `${closing}\r\nContent-Length: 1\r\nContent-Length: 2`),
      ...([400, "MALFORMED_REQUEST"] as const),
    ],
    [
      "a length and chunks",
      ask(
        "POST /api/v1/auth/login",
        `${closing}\r\nContent-Length: 1\r\nTransfer-Encoding: chunked`,
      ),
      ...([400, "MALFORMED_REQUEST"] as const),
    ],
    [
      "a negative length",
      ask("POST /api/v1/auth/login", `${closing}\r\nContent-Length: -1`),
      ...([400, "MALFORMED_REQUEST"] as const),
    ],
    [
      "chunks that are none",
      `${ask("POST /api/v1/auth/login", `${closing}\r\n${json}\r\nTransfer-Encoding: chunked`)}${mark}`,
      ...([400, "MALFORMED_REQUEST"] as const),
    ],
    [
      "an expectation that is unknown",
      ask("POST /api/v1/auth/login", `${closing}\r\nExpect: ${mark}`),
      ...([417, "EXPECTATION_FAILED"] as const),
    ],
  ])("is refused in the API's form: %s", async (_what, bytes, status, code) => {
    expectContract(await sendRaw(server.url, bytes), status, code);
  });

  it("also where the credentials come twice", async () => {
    for (const name of ["Authorization", "X-API-Key", "Idempotency-Key", "Content-Type"]) {
      const twice = `${closing}\r\n${name}: a\r\n${name}: ${mark}`;
      const answer = await sendRaw(server.url, get("/api/v1/user/usage", twice));
      expectContract(answer, 400, "MALFORMED_REQUEST");
    }
  });

  it("is answered once, where a good request came before it", async () => {
    const { text } = await sendRaw(server.url, `${get("/health", host)}${mark}\r\n\r\n`);
    expect(text.match(/^HTTP\/1\.1 /gm)?.length).toBeLessThanOrEqual(2);
    expect(text).not.toContain(mark);
  });

  it("is a request as any other when it asks for another protocol, or to go on", async () => {
    const upgrade = `${host}\r\nConnection: upgrade, close\r\nUpgrade: websocket`;
    expect((await sendRaw(server.url, get("/health", upgrade))).status).toBe(200);
    const [head = "", body = ""] = post(order, `${json}\r\nExpect: 100-continue`).map(String);
    const answer = await sendRaw(server.url, [head, body]);
    expect(answer.status).toBe(100);
    expect(answer.body).toContain("HTTP/1.1 422");
  });
});

describe("a method that is not taken", () => {
  const known = "/api/v1/user/profile";
  it.each([
    ["POST", known, "GET, HEAD, PUT, DELETE, OPTIONS"],
    ["TRACE", known, "GET, HEAD, PUT, DELETE, OPTIONS"],
    ["PROPFIND", known, "GET, HEAD, PUT, DELETE, OPTIONS"],
    ["PATCH", "/api/v1/generate/status/1", "GET, HEAD, OPTIONS"],
    ["DELETE", "/api/v1/transparency/month/2026-01.csv", "GET, HEAD, OPTIONS"],
    ["DELETE", "/api/v1/workers/status", "GET, HEAD, OPTIONS"],
    ["PUT", "/docs/static/swagger-ui.css", "GET, HEAD, OPTIONS"],
    [mark, known, "GET, HEAD, POST, PUT, DELETE, OPTIONS"],
    ["CONNECT", "127.0.0.1:1", "GET, HEAD, POST, PUT, DELETE, OPTIONS"],
  ])("is told which are: %s %s", async (method, target, allow) => {
    const answer = await sendRaw(server.url, ask(`${method} ${target}`));
    expectContract(answer, 405, "METHOD_NOT_ALLOWED");
    expect(answer.headers["allow"]).toBe(allow);
  });

  it("is not told so where nothing is", async () => {
    for (const method of ["GET", "POST", "PROPFIND", "OPTIONS"]) {
      const answer = await sendRaw(server.url, ask(`${method} /${mark}`));
      expectContract(answer, 404, "NOT_FOUND");
    }
  });

  it("can be asked for by OPTIONS, of an address and of the server", async () => {
    for (const [target, allow] of [
      [known, "GET, HEAD, PUT, DELETE, OPTIONS"],
      ["*", "GET, HEAD, POST, PUT, DELETE, OPTIONS"],
    ]) {
      const answer = await sendRaw(server.url, ask(`OPTIONS ${target}`));
      expect(answer).toMatchObject({ status: 204, headers: { allow } });
    }
  });

  it("is answered to HEAD as to GET, without a body", async () => {
    const found = await sendRaw(server.url, ask("HEAD /health"));
    expect(found).toMatchObject({ status: 200, body: "" });
    const none = await sendRaw(server.url, ask(`HEAD /${mark}`));
    expect(none).toMatchObject({ status: 404, body: "" });
    expect(none.headers["x-request-id"]).toBeDefined();
  });
});

describe("a body that can't be read", () => {
  const nested = `${"[".repeat(5_000)}${"]".repeat(5_000)}`;
  it.each<[string, string | Buffer, string, number, string]>([
    ["cut off", `{"prompt":"${mark}`, json, 400, "MALFORMED_JSON"],
    ["no JSON", mark, json, 400, "MALFORMED_JSON"],
    ["two values", `{}{"${mark}":1}`, json, 400, "MALFORMED_JSON"],
    ["nothing", "", json, 400, "MALFORMED_JSON"],
    ["deep", `{"prompt":"dub","x":${nested}}`, json, 400, "MALFORMED_JSON"],
    ["no UTF-8", Buffer.from(`{"prompt":"${mark}\xff"}`, "latin1"), json, 400, "MALFORMED_JSON"],
    ["half a character", `{"prompt":"${mark} \\ud83c"}`, json, 400, "MALFORMED_JSON"],
    ["half a character as a name", `{"prompt":"dub","\\ude00":1}`, json, 400, "MALFORMED_JSON"],
    ["a name that makes objects", `{"__proto__":{"bpm":1}}`, json, 400, "MALFORMED_JSON"],
    ["another charset", order, `${json}; charset=utf-16`, 415, "UNSUPPORTED_MEDIA_TYPE"],
    ["no charset there is", order, `${json}; charset=${mark}`, 415, "UNSUPPORTED_MEDIA_TYPE"],
    ["compressed", order, `${json}\r\nContent-Encoding: gzip`, 415, "UNSUPPORTED_MEDIA_TYPE"],
    ["plain text", order, "Content-Type: text/plain", 415, "UNSUPPORTED_MEDIA_TYPE"],
    [
      "a form",
      "a=b",
      "Content-Type: application/x-www-form-urlencoded",
      415,
      "UNSUPPORTED_MEDIA_TYPE",
    ],
    ["no type", order, "X: y", 415, "UNSUPPORTED_MEDIA_TYPE"],
    ["a type that is none", order, `Content-Type: ${mark}`, 415, "UNSUPPORTED_MEDIA_TYPE"],
    ["a value that is not allowed", order, json, 422, "INVALID_BPM"],
    ["too large", `"${mark.repeat(300_000)}"`, json, 413, "BODY_TOO_LARGE"],
  ])("is refused in the API's form: %s", async (_what, body, headers, status, code) => {
    expectContract(await sendRaw(server.url, post(body, headers)), status, code);
  });
});

describe("a file of the documentation", () => {
  const file = "/docs/static/swagger-ui.css";
  it.each([
    ["Range: bytes=99999999-", 416, "RANGE_NOT_SATISFIABLE"],
    [`If-Match: "${mark}"`, 412, "PRECONDITION_FAILED"],
  ])("is refused in the API's form: %s", async (header, status, code) => {
    const answer = await sendRaw(server.url, get(file, `${closing}\r\n${header}`));
    expectContract(answer, status, code);
  });
});

describe("a server that is stopping", () => {
  it("says so, and when to come back", async () => {
    const app = await buildApp(server.deps, { trustProxy: [], corsAllowedOrigins: [] });
    let url = "";
    let answer: RawAnswer | undefined;
    app.addHook("preClose", async () => {
      answer = await sendRaw(url, get(`/health?${mark}`));
    });
    url = await app.listen({ host: "127.0.0.1", port: 0 });
    await app.close();
    if (answer === undefined) throw new Error("never asked");
    expectContract(answer, 503, "UNAVAILABLE");
    expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
  });
});

describe("a request that takes too long to arrive", () => {
  it("is given up in the API's form", async () => {
    const slow = createServer({ headersTimeout: 50, connectionsCheckingInterval: 20 });
    slow.on("clientError", createClientErrorHandler(server.deps));
    await once(slow.listen(0, "127.0.0.1"), "listening");
    const { port } = slow.address() as AddressInfo;
    const answer = await sendRaw(`http://127.0.0.1:${port}`, `GET /${mark} HTTP/1.1\r\nHost:`);
    expectContract(answer, 408, "REQUEST_TIMEOUT");
    slow.close();
  });
});
