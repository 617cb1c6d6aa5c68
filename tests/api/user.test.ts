import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dailyProfileChangesMax } from "../../domain/limits.js";
import { type Account, call, makeAccount, password } from "../support/account.js";
import { fakeClock } from "../support/fakeClock.js";
import { openServer, type TestServer } from "../support/server.js";
import { joinNode } from "../support/testNode.js";

let server: TestServer;
let account: Account;
beforeAll(async () => {
  server = await openServer();
  account = await makeAccount(server);
});
afterAll(() => server.close());

const as = (person: Account, method: string, path: string, body?: unknown) =>
  call(server, method, path, { token: person.accessToken, ...(body !== undefined && { body }) });

describe("a profile", () => {
  it("shows and takes names; what is left out is removed", async () => {
    const names = { first_name: "Ana", last_name: "Silva" };
    expect((await as(account, "PUT", "/user/profile", names)).data).toMatchObject(names);
    const { data } = await as(account, "PUT", "/user/profile", { last_name: "Souza" });
    expect(data).toMatchObject({ first_name: null, last_name: "Souza", email: account.email });
    expect((await as(account, "GET", "/user/profile")).data).toEqual(data);
  });

  it("takes no more names than may be on a day, and says when again; it can still be ended", async () => {
    const person = await makeAccount(server);
    const changes = async (times: number) => {
      let last = await as(person, "PUT", "/user/profile", { first_name: "Ana" });
      for (let time = 1; time < times; time += 1) {
        last = await as(person, "PUT", "/user/profile", { first_name: `Ana ${time}` });
      }
      return last;
    };
    expect((await changes(dailyProfileChangesMax)).status).toBe(200);
    const refused = await changes(1);
    expect(refused).toMatchObject({ status: 429, code: "TOO_MANY_CHANGES" });
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await as(person, "DELETE", "/user/profile")).status).toBe(200);
  });
});

describe("API keys", () => {
  it("are shown once and then by their first characters", async () => {
    const made = await as(account, "POST", "/user/api-keys", { name: "Laptop" });
    expect(made.status).toBe(201);
    expect(made.data["key"]).toMatch(/^obsidian_live_[0-9a-f]{48}$/);
    const { list, bytes } = await as(account, "GET", "/user/api-keys");
    expect(list.map((key) => key["name"])).toEqual(["Studio", "Laptop"]);
    expect(made.data["key"]).toContain(list[1]?.["prefix"]);
    expect(bytes.toString()).not.toContain(made.data["key"]);
  });

  it("are never made unseen: their owner gets a mail, whatever else was mailed", async () => {
    const person = await makeAccount(server);
    for (let n = 0; n < 5; n += 1) {
      await call(server, "POST", "/auth/forgot-password", { body: { email: person.email } });
    }
    await server.sendMails();
    await as(person, "POST", "/user/api-keys", { name: "Not mine" });
    let mails = await server.sendMails();
    // Ordered by a reaction of its own; looking is all one can do.
    while (mails.length === 0) mails = await server.sendMails();
    expect(mails.map(({ to, subject }) => [to, subject])).toEqual([
      [person.email, "A new API key was made"],
    ]);
    expect(mails[0]?.text).not.toMatch(/Not mine|obsidian_live_|token=/);
  });

  it("show when they were last used", async () => {
    await call(server, "POST", "/verify_key", { key: account.apiKey, body: {} });
    const used = async () => (await as(account, "GET", "/user/api-keys")).list[0]?.["last_used_at"];
    // Noted beside the answer, not before it.
    while ((await used()) === null)
      await call(server, "GET", "/user/usage", { key: account.apiKey });
    expect(Date.parse(String(await used()))).toBeGreaterThan(Date.now() - 60_000);
  });

  it("open usage and the key check, and nothing of the account", async () => {
    const verified = await call(server, "POST", "/verify_key", { key: account.apiKey, body: {} });
    expect(verified.data).toEqual({ valid: true, credits_remaining: 25 });
    for (const [method, path] of [
      ["GET", "/user/profile"],
      ["GET", "/user/api-keys"],
      ["DELETE", "/user/profile"],
      ["GET", "/user/export"],
      ["GET", "/auth/me"],
    ] as const) {
      const answer = await call(server, method, path, { key: account.apiKey });
      expect(answer).toMatchObject({ status: 401, code: "INVALID_CREDENTIALS" });
    }
  });

  it("stop working at once when they are revoked, and are nobody else's to revoke", async () => {
    const { data } = await as(account, "POST", "/user/api-keys", { name: "Lost" });
    const [key, id] = [String(data["key"]), String(data["id"])];
    const usage = () => call(server, "GET", "/user/usage", { key });
    expect((await usage()).status).toBe(200);
    const stranger = await makeAccount(server);
    expect(await as(stranger, "DELETE", `/user/api-keys/${id}`)).toMatchObject({
      status: 404,
      code: "API_KEY_NOT_FOUND",
    });
    expect((await as(account, "DELETE", `/user/api-keys/${id}`)).status).toBe(200);
    expect(await usage()).toMatchObject({ status: 401, code: "INVALID_CREDENTIALS" });
  });

  it("are ten at most", async () => {
    const person = await makeAccount(server);
    for (let n = 2; n <= 10; n += 1) {
      expect((await as(person, "POST", "/user/api-keys", { name: `Key ${n}` })).status).toBe(201);
    }
    const eleventh = await as(person, "POST", "/user/api-keys", { name: "One more" });
    expect(eleventh).toMatchObject({ status: 409, code: "API_KEY_LIMIT_REACHED" });
  });
});

describe("everything about me", () => {
  it("is shown to me, prompts included", async () => {
    await joinNode(server);
    await call(server, "POST", "/generate", {
      body: { prompt: "my secret groove", generation_duration: 1 },
      key: account.apiKey,
      headers: { prefer: "respond-async" },
    });
    const exported = async () => (await as(account, "GET", "/user/export")).data;
    // The list of generations is a read model, a moment behind.
    while ((await exported())["generations"].length === 0) await server.store.lastPosition();
    const data = await exported();
    expect(data["profile"]).toMatchObject({ email: account.email });
    expect(data["generations"]).toMatchObject([{ prompt: "my secret groove", status: "queued" }]);
    expect(data["history"][0]).toMatchObject({ type: "UserRegistered" });
    expect(data["api_keys"].length).toBeGreaterThan(0);
  });
});

describe("erasing an account", () => {
  it("ends sessions and keys at once, and frees the names", async () => {
    const person = await makeAccount(server);
    expect((await as(person, "DELETE", "/user/profile")).status).toBe(200);
    expect(await as(person, "GET", "/auth/me")).toMatchObject({ status: 401 });
    const usage = await call(server, "GET", "/user/usage", { key: person.apiKey });
    expect(usage).toMatchObject({ status: 401 });
    const login = { email: person.email, password };
    const signIn = () => call(server, "POST", "/auth/login", { body: login });
    expect(await signIn()).toMatchObject({ status: 401, code: "INVALID_LOGIN" });
  });

  it("exporting, and making a key ask for a sign-in of the last five minutes", async () => {
    const clock = fakeClock(new Date().toISOString());
    const later = await openServer({ clock });
    try {
      const person = await makeAccount(later);
      clock.advance(5 * 60_000 + 1);
      for (const [method, path] of [
        ["DELETE", "/user/profile"],
        ["GET", "/user/export"],
        ["POST", "/user/api-keys"],
      ] as const) {
        const body = method === "POST" ? { body: { name: "Another" } } : {};
        const answer = await call(later, method, path, { token: person.accessToken, ...body });
        expect(answer).toMatchObject({ status: 403, code: "SIGN_IN_AGAIN" });
      }
      const me = await call(later, "GET", "/auth/me", { token: person.accessToken });
      expect(me.status).toBe(200);
    } finally {
      await later.close();
    }
  });
});
