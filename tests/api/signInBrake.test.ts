import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Account,
  call,
  makeAccount,
  newHandles,
  password,
  tokenMailedTo,
} from "../support/account.js";
import { openServer, type TestServer } from "../support/server.js";

let server: TestServer;
let account: Account;
beforeAll(async () => {
  server = await openServer();
});
afterAll(() => server.close());

const wrong = "a wrong guess of twelve";

/** Signs in from an address of its own, as one of many hosts would. */
async function signInFrom(remoteAddress: string, login: object, guess = wrong): Promise<number> {
  const payload = { ...login, password: guess };
  const answer = await server.app.inject({
    method: "POST",
    url: "/api/v1/auth/login",
    payload,
    remoteAddress,
  });
  return answer.statusCode;
}

const moved = (text: string, by: number) =>
  [...text].map((c) => (/[!-~]/.test(c) ? String.fromCodePoint(c.charCodeAt(0) + by) : c)).join("");
const fullWidth = (text: string) => moved(text, 0xfee0);
/** The same name to a reader, and to whoever folds it as Unicode says. */
const spellingsOf = (name: string): string[] => [
  name,
  name.toUpperCase(),
  ` ${name}\t`,
  fullWidth(name),
  fullWidth(name.toUpperCase()),
  ...[...name].map(
    (_, n) => name.slice(0, n) + fullWidth(name.slice(n, n + 1)) + name.slice(n + 1),
  ),
];

/** All at once: a gate of 2 s would open again while a busy machine tries them one by one. */
async function expectSixHeard(logins: readonly object[]): Promise<void> {
  const guesses = logins.map((login) => signInFrom("203.0.113.1", login));
  const statuses = (await Promise.all(guesses)).sort();
  expect(statuses).toEqual([...Array(6).fill(401), ...Array(logins.length - 6).fill(429)]);
}

describe("guesses at one account", () => {
  it("count together, however its name and its address are spelled", async () => {
    account = await makeAccount(server);
    const logins = spellingsOf(account.username).flatMap((username, n) => {
      const email = spellingsOf(account.email)[n] ?? "";
      return [{ username }, { email }, { username: email }, { email: username }];
    });
    expect(logins.length).toBeGreaterThan(40);
    await expectSixHeard(logins);
    // Somewhere else its owner signs in meanwhile.
    expect(await signInFrom("203.0.113.2", { email: account.email }, password)).toBe(200);
  });

  it("at nobody are slowed down alike", async () => {
    await expectSixHeard(spellingsOf("nobody-of-that-name").map((username) => ({ username })));
  });
});

describe("sign-ins that come at once", () => {
  const signIn = (remoteAddress: string, login: object) =>
    server.app.inject({ method: "POST", url: "/api/v1/auth/login", payload: login, remoteAddress });

  it("from one block wait for each other and are told to come again; others get in", async () => {
    const person = await makeAccount(server);
    const flood = Array.from({ length: 60 }, (_, n) =>
      signIn("203.0.113.50", { username: `nobody-${n}`, password: wrong }),
    );
    const owner = signIn("192.0.2.77", { email: person.email, password });
    expect((await owner).statusCode).toBe(200);
    const refused = (await Promise.all(flood)).filter(({ statusCode }) => statusCode === 503);
    expect(refused.length).toBeGreaterThan(20);
    expect(Number(refused[0]?.headers["retry-after"])).toBeGreaterThan(0);
  });
});

describe("guesses from very many blocks", () => {
  const attack = async (login: object) => {
    const statuses = [];
    for (let n = 0; n < 104; n += 1) statuses.push(await signInFrom(`198.51.100.${n}`, login));
    return statuses;
  };

  it("end for every block that its owner never came from, and the reset mail opens one", async () => {
    const person = await makeAccount(server);
    const login = { username: person.username };
    await server.sendMails();
    expect(await signInFrom("192.0.2.1", login, password)).toBe(200);
    const statuses = await attack(login);
    expect(statuses.slice(0, 98)).toEqual(Array(98).fill(401));
    expect(statuses.slice(-4)).toEqual(Array(4).fill(429));

    expect(await signInFrom("192.0.2.9", login, password)).toBe(429);
    expect(await signInFrom("192.0.2.1", login, password)).toBe(200);

    await call(server, "POST", "/auth/forgot-password", { body: { email: person.email } });
    const token = await tokenMailedTo(server, person.email);
    const fresh = "a brand new passphrase";
    const reset = await server.app.inject({
      method: "POST",
      url: "/api/v1/auth/reset-password",
      payload: { token, password: fresh },
      remoteAddress: "192.0.2.9",
    });
    expect(reset.statusCode).toBe(200);
    expect(await signInFrom("192.0.2.9", login, fresh)).toBe(200);
    expect(await signInFrom("192.0.2.10", login, fresh)).toBe(429);
  });

  it("end for nobody as for somebody", async () => {
    const statuses = await attack({ email: newHandles().email });
    expect(statuses.slice(0, 98)).toEqual(Array(98).fill(401));
    expect(statuses.slice(-4)).toEqual(Array(4).fill(429));
  });

  it("leave the way back by mail open, whatever else was mailed", async () => {
    const person = await makeAccount(server);
    const ask = (path: string) => call(server, "POST", path, { body: { email: person.email } });
    for (let n = 0; n < 5; n += 1) await ask("/auth/resend-verification");
    await server.sendMails();
    await ask("/auth/forgot-password");
    expect(await tokenMailedTo(server, person.email)).toBeTruthy();
  });
});
