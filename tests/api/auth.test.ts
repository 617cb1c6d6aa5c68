import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { setNewPassword } from "../../commands/user/setNewPassword.js";
import {
  type EventStore,
  EventStoreUnavailableError,
} from "../../platform/eventStore/eventStore.js";
import {
  type Account,
  call,
  makeAccount,
  newHandles,
  password,
  registerBody,
  tokenMailedTo,
} from "../support/account.js";
import { until } from "../support/payments.js";
import { openServer, type TestServer } from "../support/server.js";
import { jwtSecret } from "../support/serving.js";

let server: TestServer;
let account: Account;
beforeAll(async () => {
  server = await openServer();
  account = await makeAccount(server);
});
afterAll(() => server.close());

const post = (path: string, body: unknown) => call(server, "POST", path, { body });
/** As the form on a page sends it. */
const submit = (path: string, fields: Record<string, string>) =>
  fetch(`${server.url}${path}`, { method: "POST", body: new URLSearchParams(fields) });

describe("registering", () => {
  it("answers alike for a new address and one that is taken, and mails its owner", async () => {
    const fresh = await post("/auth/register", registerBody());
    const taken = await post(
      "/auth/register",
      registerBody({ ...newHandles(), email: account.email }),
    );
    expect(taken.status).toBe(201);
    expect(taken.data).toEqual(fresh.data);
    const mails = await server.sendMails();
    const mail = mails.find(({ to }) => to === account.email);
    expect(mail?.subject).toBe("You already have an account");
    expect(mail?.text).not.toContain("token=");
  });

  it("says when a user name is taken", async () => {
    const body = registerBody({ ...newHandles(), username: account.username.toUpperCase() });
    const answer = await post("/auth/register", body);
    expect(answer).toMatchObject({ status: 409, code: "USERNAME_TAKEN", field: "username" });
  });

  it.each([
    ["no address", { email: "ana" }, "INVALID_EMAIL"],
    ["a short password", { password: "short" }, "INVALID_PASSWORD"],
    ["a common password", { password: "password123456" }, "INVALID_PASSWORD"],
    [
      "the name as password",
      { username: "longusername12", password: "longusername12" },
      "INVALID_PASSWORD",
    ],
    ["a name of signs", { username: "a b" }, "INVALID_USERNAME"],
    ["old terms", { terms_version: "1999-01" }, "INVALID_TERMS_VERSION"],
    ["no terms", { terms_version: undefined }, "INVALID_TERMS_VERSION"],
  ])("refuses %s by name", async (_what, wrong, code) => {
    const answer = await post("/auth/register", { ...registerBody(), ...wrong });
    expect(answer).toMatchObject({ status: 422, code });
    expect(answer.bytes.toString()).not.toContain("password123456");
  });

  it("needs a confirmed address before anybody can sign in", async () => {
    const handles = newHandles();
    await post("/auth/register", registerBody(handles));
    const login = { email: handles.email, password };
    const early = await post("/auth/login", login);
    expect(early).toMatchObject({ status: 401, code: "INVALID_LOGIN" });
    const wrong = await post("/auth/login", { ...login, password: "wrong wrong wrong" });
    expect(wrong.bytes).toEqual(early.bytes);
    const token = await tokenMailedTo(server, handles.email);
    expect((await post("/auth/verify-email", { token, password })).status).toBe(200);
    expect(await post("/auth/verify-email", { token, password })).toMatchObject({
      status: 422,
      code: "INVALID_MAIL_TOKEN",
    });
    expect((await post("/auth/login", login)).status).toBe(200);
  });

  it("sends the mail again to those who ask, and nothing to those who are not known", async () => {
    const handles = newHandles();
    await post("/auth/register", registerBody(handles));
    await tokenMailedTo(server, handles.email);
    const known = await post("/auth/resend-verification", { email: handles.email });
    const unknown = await post("/auth/resend-verification", { email: "nobody@example.org" });
    expect(unknown).toMatchObject({ status: known.status, data: known.data });
    const mails = await server.sendMails();
    expect(mails.map(({ to }) => to)).toEqual([handles.email]);
  });
});

describe("signing in", () => {
  it("works by user name and by address, however they are written", async () => {
    for (const login of [
      { username: account.username.toUpperCase() },
      { email: ` ${account.email.toUpperCase()} ` },
    ]) {
      const answer = await post("/auth/login", { ...login, password });
      expect(answer).toMatchObject({ status: 200, data: { token_type: "Bearer" } });
    }
  });

  it("gets slower with every wrong guess, for this name and address only", async () => {
    const guess = () =>
      post("/auth/login", { email: "victim@example.org", password: "wrong guess" });
    const answers = [];
    for (let n = 0; n < 7; n += 1) answers.push(await guess());
    expect(answers.slice(0, 6).map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 401]);
    const [last] = answers.slice(-1);
    expect(last).toMatchObject({ status: 429, code: "RATE_LIMITED" });
    expect(Number(last?.headers.get("retry-after"))).toBeGreaterThan(0);
    const other = await post("/auth/login", { email: account.email, password });
    expect(other.status).toBe(200);
  });

  it("knows who asks", async () => {
    const me = await call(server, "GET", "/auth/me", { token: account.accessToken });
    expect(me.data).toMatchObject({
      email: account.email,
      username: account.username,
      email_verified: true,
      first_name: null,
    });
  });
});

describe("tokens", () => {
  const me = (token: string) => call(server, "GET", "/auth/me", { token });
  const refused = { status: 401, code: "INVALID_CREDENTIALS" };

  it("must be ours, in force, and of the right kind", async () => {
    const forge = (secret: string, typ: string, expires: number) =>
      new SignJWT({ sid: "11111111-4f43-4a51-9a8f-6d5b1f2f0a11" })
        .setProtectedHeader({ alg: "HS256", typ })
        .setIssuer("test")
        .setAudience("obsidian-api")
        .setSubject("5f0d2c4a-4f43-4a51-9a8f-6d5b1f2f0a11")
        .setExpirationTime(expires)
        .sign(new TextEncoder().encode(secret));
    const future = Math.floor(Date.now() / 1000) + 600;
    expect(
      await me(await forge("a wrong secret of at least 32 bytes", "at+jwt", future)),
    ).toMatchObject(refused);
    expect(await me(await forge(jwtSecret, "at+jwt", future - 1200))).toMatchObject(refused);
    expect(await me(await forge(jwtSecret, "JWT", future))).toMatchObject(refused);
    // Rightly signed, but no session stands behind it.
    expect(await me(await forge(jwtSecret, "at+jwt", future))).toMatchObject(refused);
    const [head = "", body = ""] = account.accessToken.split(".");
    expect(await me(`${head}.${body}.`)).toMatchObject(refused);
    const none = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString("base64url");
    expect(await me(`${none}.${body}.`)).toMatchObject(refused);
    expect(await me(account.refreshToken)).toMatchObject(refused);
    expect(await me(account.apiKey)).toMatchObject(refused);
    expect(await call(server, "GET", "/auth/me")).toMatchObject({
      status: 401,
      code: "MISSING_CREDENTIALS",
    });
  });

  it("are refreshed once; the same again is a lost answer, a stale one ends the session", async () => {
    const { data: first } = await post("/auth/login", { email: account.email, password });
    const refresh = (refresh_token: unknown) => post("/auth/refresh", { refresh_token });
    const second = await refresh(first["refresh_token"]);
    const again = await refresh(first["refresh_token"]);
    expect(second.status).toBe(200);
    expect(again.data["refresh_token"]).toBe(second.data["refresh_token"]);
    const third = await refresh(second.data["refresh_token"]);
    expect(third.status).toBe(200);
    expect(await refresh(first["refresh_token"])).toMatchObject(refused);
    expect(await refresh(third.data["refresh_token"])).toMatchObject(refused);
    expect(await me(String(third.data["access_token"]))).toMatchObject(refused);
  });

  it("end with the session at once", async () => {
    const { data } = await post("/auth/login", { email: account.email, password });
    const token = String(data["access_token"]);
    expect((await me(token)).status).toBe(200);
    expect((await call(server, "POST", "/auth/logout", { token })).status).toBe(200);
    expect(await me(token)).toMatchObject(refused);
  });
});

/** Other mails to this address may come before it. */
async function resetTokenOf(email: string): Promise<string> {
  for (;;) {
    const mails = (await server.sendMails()).filter(({ to }) => to === email);
    const reset = mails.find(({ subject }) => subject === "Set a new password");
    const [, token] = /token=([\w-]+)/.exec(reset?.text ?? "") ?? [];
    if (token !== undefined) return token;
  }
}

describe("a forgotten password", () => {
  it("is set anew by mail: every session ends, and the old one opens nothing", async () => {
    const person = await makeAccount(server);
    await server.sendMails();
    const asked = await post("/auth/forgot-password", { email: person.email });
    expect(asked.data).toEqual(
      (await post("/auth/forgot-password", { email: "x@example.org" })).data,
    );
    const token = await tokenMailedTo(server, person.email);
    const fresh = "a brand new passphrase";
    expect(await post("/auth/reset-password", { token, password: "short" })).toMatchObject({
      status: 422,
      code: "INVALID_PASSWORD",
    });
    expect((await post("/auth/reset-password", { token, password: fresh })).status).toBe(200);
    expect(await post("/auth/reset-password", { token, password: fresh })).toMatchObject({
      code: "INVALID_MAIL_TOKEN",
    });
    const me = await call(server, "GET", "/auth/me", { token: person.accessToken });
    expect(me.status).toBe(401);
    const login = (password: string) => post("/auth/login", { email: person.email, password });
    expect((await login(password)).status).toBe(401);
    expect((await login(fresh)).status).toBe(200);
  });

  it.each(["the API", "the page"])("asks about keys: by %s", async (way) => {
    const person = await makeAccount(server);
    const usage = async () =>
      (await call(server, "GET", "/user/usage", { key: person.apiKey })).status;
    const reset = async (keys: "keep" | "revoke") => {
      await post("/auth/forgot-password", { email: person.email });
      const token = await resetTokenOf(person.email);
      const fields = { token, password: "a brand new passphrase" };
      return way === "the API"
        ? post("/auth/reset-password", { ...fields, revoke_keys: keys === "revoke" })
        : submit("/reset-password", { ...fields, keys });
    };
    const [kept, keptUsage] = [await reset("keep"), await usage()];
    expect([kept.status, keptUsage]).toEqual([200, 200]);
    const [revoked, revokedUsage] = [await reset("revoke"), await usage()];
    expect([revoked.status, revokedUsage]).toEqual([200, 401]);
    if (way === "the page") return;
    const left = [kept, revoked].map(
      (answer) => "data" in answer && answer.data["active_api_keys"],
    );
    expect(left).toEqual([1, 0]);
  });

  it("can be asked for on a page, which tells nobody who has an account", async () => {
    const person = await makeAccount(server);
    const page = await (await fetch(`${server.url}/reset-password`)).text();
    expect(page).toContain('action="/forgot-password"');
    const known = await submit("/forgot-password", { email: person.email });
    const unknown = await submit("/forgot-password", { email: "nobody@example.org" });
    expect([known.status, await known.text()]).toEqual([unknown.status, await unknown.text()]);
    expect(await resetTokenOf(person.email)).toBeTruthy();
  });

  it("shows on its page that keys may have been made", async () => {
    const page = await (await fetch(`${server.url}/reset-password?token=x`)).text();
    for (const choice of ["keep", "revoke"]) expect(page).toContain(`value="${choice}" required`);
  });

  it("looks at the link before it weighs the password", async () => {
    const madeUp = { token: "made up", password: "19911991".repeat(32) };
    expect(await post("/auth/reset-password", madeUp)).toMatchObject({
      status: 422,
      code: "INVALID_MAIL_TOKEN",
    });
    const page = await submit("/reset-password", madeUp);
    expect(page.status).toBe(422);
    expect(await page.text()).toContain("This link was already used or has expired");
  });

  it("leaves the link good after a refused one, in the API and on the page", async () => {
    const person = await makeAccount(server);
    await post("/auth/forgot-password", { email: person.email });
    const token = await tokenMailedTo(server, person.email);
    const common = { token, password: "19911991".repeat(32) };
    expect(await post("/auth/reset-password", common)).toMatchObject({ code: "INVALID_PASSWORD" });
    expect((await submit("/reset-password", common)).status).toBe(422);
    const good = await submit("/reset-password", { token, password: "a brand new passphrase" });
    expect(good.status).toBe(200);
  });

  it("is changed once by a link that is used twice at the same moment", async () => {
    const person = await makeAccount(server);
    await post("/auth/forgot-password", { email: person.email });
    const token = await tokenMailedTo(server, person.email);
    const passwords = ["the first new passphrase", "the second new passphrase"];
    const answers = await Promise.all(
      passwords.map((password) => post("/auth/reset-password", { token, password })),
    );
    const refused = { status: 422, code: "INVALID_MAIL_TOKEN" };
    const winner = answers.findIndex(({ status }) => status === 200);
    expect(answers[1 - winner]).toMatchObject(refused);
    for (const [index, password] of passwords.entries()) {
      const { status } = await post("/auth/login", { email: person.email, password });
      expect(status).toBe(index === winner ? 200 : 401);
    }
  });

  it("signs out who knew the old password, also when its request dies after the append", async () => {
    const person = await makeAccount(server);
    await post("/auth/forgot-password", { email: person.email });
    const token = await tokenMailedTo(server, person.email);
    const appended = new EventStoreUnavailableError("The answer is lost.");
    const append = async (...args: Parameters<EventStore["append"]>) => {
      await server.store.append(...args);
      throw appended;
    };
    const read = vi.fn<EventStore["read"]>().mockRejectedValue(appended);
    read.mockImplementationOnce((stream) => server.store.read(stream));
    const ledger = { ...server.ledger, store: { ...server.store, append, read } };
    const about = { token, password: "a brand new passphrase", revokeKeys: false, block: "b" };
    const origin = { at: new Date().toISOString(), correlationId: "lost" };
    await expect(setNewPassword({ ...server.deps, ledger }, about, origin)).rejects.toBe(appended);
    const asThief = () => call(server, "GET", "/user/profile", { token: person.accessToken });
    await until(async () => ((await asThief()).status === 401 ? true : undefined));
    const refreshed = await post("/auth/refresh", { refresh_token: person.refreshToken });
    expect(refreshed.status).toBe(401);
    const { password } = about;
    expect((await post("/auth/reset-password", { token, password })).status).toBe(200);
  });

  it("sends at most two mails in the life of a link", async () => {
    const person = await makeAccount(server);
    for (let n = 0; n < 4; n += 1) await post("/auth/forgot-password", { email: person.email });
    const mails = await server.sendMails();
    // One of the two has a link that is still good when the next may go out.
    const resets = mails.filter(({ subject }) => subject === "Set a new password");
    expect(resets.map(({ to }) => to)).toEqual([person.email, person.email]);
  });
});
