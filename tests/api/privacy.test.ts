import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addressBlock, isInBlocks } from "../../api/clientAddress.js";
import { openPrompt } from "../../commands/generation/openPrompt.js";
import { load } from "../../commands/handle.js";
import { generationDecider } from "../../domain/generation/decider.js";
import type { RedisClient } from "../../platform/redis/connection.js";
import { type Account, call, makeAccount, registerBody } from "../support/account.js";
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

const address = "203.0.113.77";
const v6 = "2001:db8:beef:cafe::7";

/** Every key of this database with everything in it, as one text. */
async function everythingIn(redis: RedisClient): Promise<string> {
  const keys = await redis.keys("*");
  const values = await Promise.all(
    keys.map(async (key) => {
      switch (await redis.type(key)) {
        case "hash":
          return redis.hgetall(key);
        case "set":
          return redis.smembers(key);
        case "zset":
          return redis.zrange(key, "0", "-1");
        case "list":
          return redis.lrange(key, 0, -1);
        case "string":
          return redis.get(key);
        default:
          return "";
      }
    }),
  );
  return JSON.stringify([keys, values]);
}

describe("where somebody calls from", () => {
  it("lies nowhere in Redis, but as an HMAC of the block", async () => {
    for (const remoteAddress of [address, v6]) {
      const payload = { email: "victim@example.org", password: "wrong guess" };
      const post = (url: string, body: object) =>
        server.app.inject({ method: "POST", url: `/api/v1${url}`, payload: body, remoteAddress });
      await post("/auth/register", registerBody());
      for (let n = 0; n < 7; n += 1) await post("/auth/login", payload);
      await post("/auth/forgot-password", { email: account.email });
      await post("/auth/refresh", { refresh_token: "x.y" });
      await post("/workers/challenge", {});
    }
    const all = await everythingIn(server.redis);
    expect(all).toContain(server.deps.blockHash(address));
    expect(all).not.toMatch(/203\.0\.113|2001:db8|127\.0\.0\.1/);
    expect(all).not.toContain("victim");
  });

  it("is a block, and never fails to be one", () => {
    const blocks = ["203.0.113.7", "::ffff:203.0.113.7", v6, "fe80::1%eth0", "no address"];
    expect(blocks.map(addressBlock)).toEqual([
      "203.0.113.7",
      "203.0.113.7",
      "2001:db8:beef:cafe::/64",
      "fe80::/64",
      "no address",
    ]);
  });

  it("is one of our own proxies, however both are written, or it is not", () => {
    const own = ["10.0.0.0/8", "192.0.2.1", "::ffff:198.51.100.0/120", "2001:db8::/32"];
    const ofUs = ["10.1.2.3", "::ffff:10.1.2.3", "192.0.2.1", "198.51.100.9", "2001:db8:1::1"];
    const others = ["11.1.2.3", "192.0.2.2", "198.51.101.9", "2001:db9::1", "127.0.0.1", ""];
    expect(ofUs.filter((each) => !isInBlocks(each, own))).toEqual([]);
    expect(others.filter((each) => isInBlocks(each, own))).toEqual([]);
  });
});

describe("who may keep an answer", () => {
  const mayKeep = [
    "/.well-known/jwks.json",
    "/api/v1/certificate/public-key",
    "/api/v1/transparency/",
  ];

  const isPublic = (path: string) => mayKeep.some((start) => path.startsWith(start));
  /** Calls that would end what the others need. */
  const ends = (method: string, path: string) => method === "DELETE" || path.endsWith("/logout");

  async function documented() {
    const api = JSON.parse((await call(server, "GET", "/api/v1/openapi.json")).bytes.toString());
    return Object.entries<object>(api.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => ({
        method: method.toUpperCase(),
        path: path.replaceAll(/\{\w+\}/g, "00000000-0000-4000-8000-000000000000"),
      })),
    );
  }

  it("is nobody, on every route and with every outcome, but for what is public", async () => {
    const routes = (await documented()).filter(({ method, path }) => !ends(method, path));
    const callers = [{}, { token: account.accessToken }, { key: account.apiKey }];
    for (const { method, path, who } of callers.flatMap((who) =>
      routes.map((route) => ({ ...route, who })),
    )) {
      const options = method === "GET" ? who : { ...who, body: {} };
      const { headers, status } = await call(server, method, path, options);
      const wanted = status === 200 && isPublic(path) ? /public|no-cache/ : /^no-store$/;
      expect(headers.get("cache-control"), `${method} ${path} ${status}`).toMatch(wanted);
    }
  });
});

describe("the name of the scheme", () => {
  it.each(["Bearer", "bearer", "BEARER"])(
    "may be written %s, by users and by nodes",
    async (scheme) => {
      const headers = { authorization: `${scheme} ${account.accessToken}` };
      expect((await call(server, "GET", "/auth/me", { headers })).status).toBe(200);
      const node = await joinNode(server);
      const beat = await call(server, "POST", "/workers/heartbeat", {
        body: { status: "idle" },
        headers: { authorization: `${scheme} ${node.token}` },
      });
      expect(beat.status).toBe(200);
    },
  );
});

describe("what steers a terminal", () => {
  const dirty = "dub\n\ttechno\u0000\u001b[31m\u007f\u0085\rkick\u0007";
  const clean = "dub\n\ttechno  [31m   kick";

  it("is a space in a prompt; line breaks and tabs are honest", async () => {
    const { data } = await call(server, "POST", "/generate", {
      body: { prompt: ` ${dirty} `, generation_duration: 1 },
      key: account.apiKey,
      headers: { prefer: "respond-async" },
    });
    const generationId = String(data["request_id"]);
    const { events } = await load(server.store, generationDecider, { generationId });
    expect(await openPrompt(server.ledger.vault, events)).toMatchObject({ prompt: clean });
  });

  it("is a space in names, as is what forges a line", async () => {
    const { accessToken: token } = account;
    const named = { first_name: "A\u202en\na\u001b" };
    const profile = await call(server, "PUT", "/user/profile", { body: named, token });
    expect(profile.data["first_name"]).toBe("A n a");
    const key = await call(server, "POST", "/user/api-keys", {
      body: { name: "my\u0000key" },
      token,
    });
    expect(key.data["name"]).toBe("my key");
    const empty = await call(server, "POST", "/user/api-keys", {
      body: { name: "\n\u202e" },
      token,
    });
    expect(empty).toMatchObject({ status: 422, code: "INVALID_NAME" });
  });
});
