import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { verificationMs } from "../../domain/limits.js";
import { plusMs } from "../../domain/time.js";
import { userStream } from "../../domain/user/events.js";
import { systemClock } from "../../platform/process/clock.js";
import { findPerson } from "../../platform/vault/handles.js";
import { endUnverified } from "../../workers/schedule/endUnverified.js";
import {
  type Account,
  call,
  makeAccount,
  newHandles,
  password,
  registerBody,
  tokenMailedTo,
} from "../support/account.js";
import { openServer, type TestServer } from "../support/server.js";
import { sweepingAt } from "../support/sweeping.js";

let server: TestServer;
let account: Account;
beforeAll(async () => {
  server = await openServer();
  account = await makeAccount(server);
  await server.sendMails();
});
afterAll(() => server.close());

const post = (path: string, body: unknown) => call(server, "POST", path, { body });
const submit = async (path: string, fields: Record<string, string>) => {
  const body = new URLSearchParams(fields);
  const page = await fetch(`${server.url}${path}`, { method: "POST", body });
  return { status: page.status, text: await page.text() };
};
const shown = ({ status, bytes, headers }: Awaited<ReturnType<typeof post>>) => ({
  status,
  text: bytes.toString(),
  headers: [...headers.keys()].sort(),
});
const digestOf = (kind: "email" | "username", text: string) =>
  server.ledger.vault.digestOf(kind, text);
const ownerOf = (kind: "email" | "username", text: string) =>
  findPerson(server.vaultDb, kind, digestOf(kind, text));
async function recordedOf(username: string): Promise<string[]> {
  const userId = (await ownerOf("username", username)) ?? "";
  const { events } = await server.store.read(userStream(userId));
  return events.map(({ event }) => event.type);
}

describe("whether an address has an account", () => {
  it("shows neither in registering, nor in what follows from it", async () => {
    const [fresh, known] = [newHandles(), { ...newHandles(), email: account.email }];
    const registered = [];
    for (const handles of [fresh, known]) {
      registered.push(shown(await post("/auth/register", registerBody(handles))));
    }
    expect(registered[1]).toEqual(registered[0]);

    for (const attempt of [
      (handles: typeof fresh) => post("/auth/login", { username: handles.username, password }),
      (handles: typeof fresh) =>
        post("/auth/register", { ...registerBody(), username: handles.username }),
      (handles: typeof fresh) => post("/auth/forgot-password", { email: handles.email }),
      (handles: typeof fresh) => post("/auth/resend-verification", { email: handles.email }),
    ]) {
      expect(shown(await attempt(known))).toEqual(shown(await attempt(fresh)));
    }
    // As much work is done for the one as for the other.
    expect(await recordedOf(known.username)).toEqual(await recordedOf(fresh.username));
  });

  it("shows not in a wrong password either, nor in a right one before it is confirmed", async () => {
    const unconfirmed = newHandles();
    await post("/auth/register", registerBody(unconfirmed));
    const answers = await Promise.all([
      post("/auth/login", { email: account.email, password: "a wrong guess of twelve" }),
      post("/auth/login", { email: "nobody@example.org", password }),
      post("/auth/login", { email: unconfirmed.email, password }),
      post("/auth/login", { username: unconfirmed.username, password: "a wrong guess of twelve" }),
    ]);
    const [first, ...others] = answers.map(shown);
    expect(first).toMatchObject({ status: 401 });
    expect(first?.text).toContain("wrong");
    expect(first?.text).toContain("not confirmed");
    for (const other of others) expect(other).toEqual(first);
  });

  it("is told to its owner, who keeps it; the other account ends like any unconfirmed one", async () => {
    const second = { ...newHandles(), email: account.email.toUpperCase() };
    const owner = await ownerOf("email", account.email);
    await server.sendMails();
    await post("/auth/register", registerBody(second));
    const mails = await until(async () => {
      const sent = await server.sendMails();
      return sent.length === 0 ? undefined : sent;
    });
    expect(mails.map(({ to }) => to)).toEqual([account.email]);
    expect(mails[0]?.subject).toBe("You already have an account");
    expect(mails[0]?.text).not.toContain("token=");
    expect(await ownerOf("email", second.email)).toBe(owner);

    const { log, ledger, readDb, vaultDb } = server;
    const sweeping = { ledger, readDb, vaultDb, ...sweepingAt(log, systemClock) };
    await endUnverified(sweeping, plusMs(systemClock.now(), verificationMs - 60_000));
    expect(await ownerOf("username", second.username)).toBeDefined();
    await endUnverified(sweeping, plusMs(systemClock.now(), verificationMs + 60_000));
    await until(async () => ((await ownerOf("username", second.username)) ? undefined : true));
    expect(await ownerOf("email", second.email)).toBe(owner);
    expect((await post("/auth/login", { email: account.email, password })).status).toBe(200);
  });
});

/** Looks until it is so: what is waited for is a reaction that nobody announces. */
async function until<Value>(look: () => Promise<Value | undefined>): Promise<Value> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await server.store.lastPosition();
  }
}

describe("an address that somebody else registered", () => {
  const theirs = password;
  const mine = "my very own passphrase";
  async function registeredByStranger() {
    const handles = newHandles();
    await post("/auth/register", registerBody(handles));
    return { ...handles, token: await tokenMailedTo(server, handles.email) };
  }

  it("is not confirmed by a click: the password of the registration, or a new one", async () => {
    const { token, email } = await registeredByStranger();
    for (const refused of [{}, { password: "" }, { password: mine }, { new_password: "short" }]) {
      expect((await post("/auth/verify-email", { token, ...refused })).status).toBe(422);
    }
    expect((await submit("/verify-email", { token })).status).toBe(422);
    expect((await post("/auth/login", { email, password: theirs })).status).toBe(401);
    const both = { token, password: theirs, new_password: mine };
    expect((await post("/auth/verify-email", both)).status).toBe(422);
    const typo = await submit("/verify-email", { token, password: mine });
    expect(typo.text).toContain(`value="${token}"`);
    const page = await submit("/verify-email", { token, password: theirs });
    expect(page).toMatchObject({ status: 200 });
    expect((await post("/auth/login", { email, password: theirs })).status).toBe(200);
  });

  it.each(["the API", "the page"])("opens only with its owner's password: by %s", async (way) => {
    const { token, email } = await registeredByStranger();
    const common = { token, new_password: "password123456" };
    expect((await post("/auth/verify-email", common)).code).toBe("INVALID_PASSWORD");
    const confirmed =
      way === "the API"
        ? await post("/auth/verify-email", { token, new_password: mine })
        : await submit("/verify-email", { token, new_password: mine });
    expect(confirmed.status).toBe(200);
    expect((await post("/auth/login", { email, password: theirs })).status).toBe(401);
    expect((await post("/auth/login", { email, password: mine })).status).toBe(200);
  });

  it("is not opened by a second link once it is confirmed", async () => {
    const { token, email } = await registeredByStranger();
    await post("/auth/resend-verification", { email });
    const second = await tokenMailedTo(server, email);
    expect((await post("/auth/verify-email", { token, new_password: mine })).status).toBe(200);
    const again = { token: second, new_password: "another passphrase of mine" };
    expect((await post("/auth/verify-email", again)).code).toBe("INVALID_MAIL_TOKEN");
    expect((await post("/auth/login", { email, password: mine })).status).toBe(200);
  });

  it("asks on its page for one of the two", async () => {
    const { token } = await registeredByStranger();
    const page = await (await fetch(`${server.url}/verify-email?token=${token}`)).text();
    expect(page).toContain('name="password"');
    expect(page).toContain('name="new_password"');
  });
});
