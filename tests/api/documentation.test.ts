import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { readdirSync, readFileSync } from "node:fs";
import { status } from "@grpc/grpc-js";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { buildApp } from "../../api/app.js";
import { errorCodes } from "../../api/errorCodes.js";
import { foundTogetherMs } from "../../domain/limits.js";
import { createEventStore } from "../../platform/eventStore/eventStore.js";
import { call } from "../support/account.js";
import { openServer, type TestServer } from "../support/server.js";
import { failing, handingOn, requiresLeader, startStoreStub } from "../support/storeStub.js";

let server: TestServer;
beforeAll(async () => {
  server = await openServer();
});
afterAll(() => server.close());

const text = async (path: string) => (await fetch(`${server.url}${path}`)).text();

/** What people see in a browser, and the documentation itself. */
const pages = [
  "GET /",
  "GET /api/v1/openapi.json",
  "GET /assets/style.css",
  "GET /confirm-payout-account",
  "GET /confirm-paypal-account",
  "GET /freeze-payouts",
  "GET /payout-account",
  "GET /reset-password",
  "GET /run-a-node",
  "GET /verify-email",
  "POST /confirm-payout-account",
  "POST /confirm-paypal-account",
  "POST /forgot-password",
  "POST /freeze-payouts",
  "POST /reset-password",
  "POST /verify-email",
];

/** Every route that the server has, but for those of its plugins and the other address of a list. */
async function routesOf({ deps }: TestServer): Promise<string[]> {
  const routes: string[] = [];
  const listen = (message: unknown) =>
    (message as { fastify: FastifyInstance }).fastify.addHook("onRoute", ({ method, url }) => {
      const path = url.replaceAll(/:(\w+)/g, "{$1}").replace(/\/\*$/, "/{*}");
      routes.push(...[method].flat().map((each) => `${each} ${path}`));
    });
  subscribe("fastify.initialization", listen);
  const app = await buildApp(deps, { trustProxy: [], corsAllowedOrigins: [] });
  unsubscribe("fastify.initialization", listen);
  await app.close();
  return routes.filter((route) => !/^HEAD |^OPTIONS \*$| \/docs|\.csv$/.test(route));
}

describe("the documentation", () => {
  it("is OpenAPI 3.1 and names every route with what it takes and answers", async () => {
    const api = JSON.parse(await text("/api/v1/openapi.json"));
    expect(api.openapi).toBe("3.1.0");
    const documented = Object.entries<object>(api.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const routes = await routesOf(server);
    expect(routes).toEqual(expect.arrayContaining(documented));
    expect(routes.filter((route) => !documented.includes(route)).sort()).toEqual(pages);
    const { post } = api.paths["/api/v1/generate"];
    const body = post.requestBody.content["application/json"].schema;
    expect(body.properties.prompt).toMatchObject({ type: "string" });
    expect(body.properties.bpm).toMatchObject({ type: "number", minimum: 20, maximum: 300 });
    expect(Object.keys(post.responses)).toEqual(
      expect.arrayContaining(["200", "202", "401", "422", "429", "503"]),
    );
    for (const [path, methods] of Object.entries<Record<string, { summary?: string }>>(api.paths)) {
      for (const [method, { summary }] of Object.entries(methods)) {
        expect(summary, `${method} ${path} has no summary`).toBeTruthy();
      }
    }
  });

  it("can be tried in the browser, with nothing loaded from elsewhere", async () => {
    const page = await fetch(`${server.url}/docs/`);
    expect(page.status).toBe(200);
    const html = await page.text();
    expect(html).toContain("swagger-ui");
    expect(html).not.toMatch(/(src|href)="https?:/);
  });

  it("names every error code, and a test produces each", async () => {
    const { info } = JSON.parse(await text("/api/v1/openapi.json"));
    const tests = readdirSync("tests", { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".test.ts"))
      .map((name) => readFileSync(`tests/${name}`, "utf8"))
      .join("\n");
    const codes = Object.keys(errorCodes);
    expect(codes.filter((code) => !info.description.includes(`\`${code}\``))).toEqual([]);
    expect(codes.filter((code) => !tests.includes(`"${code}"`))).toEqual([]);
  });
});

it("is made once, and not sent again to those who have it", async () => {
  const url = `${server.url}/api/v1/openapi.json`;
  const made = vi.spyOn(JSON, "stringify");
  const first = await fetch(url);
  const etag = first.headers.get("etag") ?? "";
  expect(first.headers.get("cache-control")).toMatch(/^public, max-age=/);
  expect(await (await fetch(url)).text()).toBe(await first.text());
  const again = await fetch(url, { headers: { "if-none-match": etag } });
  expect([again.status, await again.text()]).toEqual([304, ""]);
  const documents = made.mock.calls.filter(([value]) => isDocument(value));
  made.mockRestore();
  expect(documents.length).toBeLessThanOrEqual(1);
});

const isDocument = (value: unknown): boolean =>
  value instanceof Object && "openapi" in value && "paths" in value;

describe("pages", () => {
  it("are plain HTML under a strict content policy", async () => {
    const home = await fetch(server.url);
    expect(home.headers.get("content-type")).toContain("text/html");
    expect(home.headers.get("content-security-policy")).toContain("default-src 'self'");
    expect(await home.text()).toContain("OBSIDIAN Ledger");
    expect(await text("/assets/style.css")).toContain("body");
  });

  it("load nothing from another host and run nothing inline, by their policy", async () => {
    const paths = [
      "/",
      "/docs/",
      "/docs/static/swagger-ui.css",
      "/verify-email",
      "/health",
      "/none",
    ];
    for (const path of paths) {
      const policy = (await fetch(`${server.url}${path}`)).headers.get("content-security-policy");
      expect(policy, path).toContain("script-src 'self';");
      expect(policy, path).not.toMatch(/https?:|\*|unsafe|validator/);
    }
  });

  it("lead to a node of this server, by its own address", async () => {
    expect(await text("/")).toContain('href="/run-a-node"');
    const page = await text("/run-a-node");
    expect(page).toContain(`OBSIDIAN_SERVER_URL=${server.url}`);
    // That one says of itself that no other machine can reach it.
    expect(page).toContain("HOST and APP_URL");
    expect(page).not.toContain("OBSIDIAN_SERVER_INSECURE");
    const { deps } = server;
    const settings = { trustProxy: [], corsAllowedOrigins: [] };
    const app = await buildApp({ ...deps, appUrl: "http://10.0.0.7:8000" }, settings);
    const elsewhere = (await app.inject("/run-a-node")).body;
    expect(elsewhere).toContain("OBSIDIAN_SERVER_URL=http://10.0.0.7:8000");
    expect(elsewhere).toContain("OBSIDIAN_SERVER_INSECURE=yes");
    expect(elsewhere).not.toContain("HOST and APP_URL");
    await app.close();
  });

  it("escape what comes in a link, and are not kept by anybody", async () => {
    const page = await fetch(`${server.url}/verify-email?token=%22%3E%3Cscript%3Ealert(1)`);
    expect(page.headers.get("cache-control")).toBe("no-store");
    expect(page.headers.get("referrer-policy")).toBe("no-referrer");
    expect(await page.text()).not.toContain("<script");
  });

  it("show in words what went wrong with a link", async () => {
    for (const [path, extra] of [
      ["/verify-email", ""],
      ["/reset-password", "&password=a+long+and+good+one"],
    ]) {
      const answer = await fetch(`${server.url}${path}`, {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: `token=stale${extra}`,
      });
      expect(answer.status).toBe(422);
      expect(await answer.text()).toContain("This link was already used or has expired");
    }
  });
});

describe("health", () => {
  it("shows each thing by name", async () => {
    expect(JSON.parse(await text("/health"))).toMatchObject({
      status: "healthy",
      service: "obsidian-central-server",
    });
    // On a busy machine FFmpeg may take longer to start than the first answer waits for it.
    const ready = async () => JSON.parse(await text("/health/ready"));
    await vi.waitUntil(async () => (await ready()).status === "ready", { timeout: 30_000 });
    expect(await ready()).toEqual({
      status: "ready",
      checks: {
        "event store": "ok",
        mysql: "ok",
        redis: "ok",
        ffmpeg: "ok",
        "audio folder": "ok",
      },
      ffmpeg_sandbox: server.deps.audioCheck.sandbox.kind,
      read_models: {
        accounts: { positions_behind: expect.any(Number), stopped: false },
        generations: { positions_behind: expect.any(Number), stopped: false },
        money: { positions_behind: expect.any(Number), stopped: false },
      },
    });
  });

  it("is found out once a second at most, and the state of the cluster too, however many ask", async () => {
    const ping = vi.spyOn(server.deps.audioCheck, "ping");
    const list = vi.spyOn(server.deps.onlineNodes, "list");
    const startedAt = performance.now();
    const paths = ["/health/ready", "/api/v1/workers/status"];
    for (let round = 0; round < 20; round += 1) {
      await Promise.all(paths.flatMap((path) => [text(path), text(path), text(path)]));
    }
    const seconds = (performance.now() - startedAt) / foundTogetherMs;
    // FFmpeg was asked a moment ago, and may be told of for a second from then.
    await vi.waitUntil(async () => (await text(paths[0] ?? "")) && ping.mock.calls.length > 0);
    for (const { mock } of [ping, list]) {
      expect(mock.calls.length).toBeGreaterThan(0);
      expect(mock.calls.length).toBeLessThanOrEqual(Math.ceil(seconds) + 2);
    }
    vi.restoreAllMocks();
  });

  it("answers 503 to those who need what is down, and names it", async () => {
    const broken = await openServer();
    const { redis } = broken;
    redis.disconnect();
    const ready = await fetch(`${broken.url}/health/ready`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ checks: { redis: "down", mysql: "ok" } });
    const login = { email: "a@example.org", password: "does not matter" };
    const answer = await call(broken, "POST", "/auth/login", { body: login });
    expect(answer).toMatchObject({ status: 503, code: "UNAVAILABLE" });
    await broken.close();
  });

  it("is not there while the event store has no leader, though it still answers reads", async () => {
    const real = handingOn({ port: Number(new URL(server.eventStoreUrl).port) });
    const noLeader = failing(status.UNKNOWN, "No leader info available in response");
    const { port } = await startStoreStub({
      read: (asked) => (requiresLeader(asked) ? noLeader(asked) : real(asked)),
    });
    const store = createEventStore(`esdb://127.0.0.1:${port}?tls=false`);
    expect(await store.lastPosition()).toBeGreaterThan(0n);
    const ledger = { ...server.deps.ledger, store };
    const app = await buildApp(
      { ...server.deps, ledger },
      { trustProxy: [], corsAllowedOrigins: [] },
    );
    const ready = await app.inject("/health/ready");
    expect(ready.statusCode).toBe(503);
    expect(ready.json()).toMatchObject({ checks: { "event store": "down", mysql: "ok" } });
    await Promise.all([app.close(), store.close()]);
  });
});

describe("certificates", () => {
  const verify = (body: unknown) => call(server, "POST", "/certificate/verify", { body });

  it("are verified with keys that anybody can get", async () => {
    const { keys } = JSON.parse(await text("/.well-known/jwks.json"));
    expect(keys).toMatchObject([{ kty: "OKP", crv: "Ed25519", alg: "EdDSA", use: "sig" }]);
    const { data } = await call(server, "GET", "/certificate/public-key");
    expect(data["keys"]).toEqual(keys);
    expect((await verify({ certificate: "a.b.c" })).data).toMatchObject({ valid: false });
    expect(await verify({ wrong: 1 })).toMatchObject({
      status: 422,
      code: "INVALID_CERTIFICATE",
      field: "certificate",
    });
    const wav = await fetch(`${server.url}/api/v1/certificate/verify`, {
      method: "POST",
      headers: { "content-type": "audio/wav" },
      body: "not a wav",
    });
    expect(await wav.json()).toMatchObject({ data: { valid: false, reason: "NOT_WAV" } });
  });

  it("that do not exist are not found", async () => {
    const none = await call(server, "GET", "/certificates/9b2f6d1e-0d6a-4c3b-8a53-3f1f6d2b7c01");
    expect(none).toMatchObject({ status: 404, code: "NOT_FOUND" });
  });
});
