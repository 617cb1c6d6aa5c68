import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findPerson } from "../../platform/vault/handles.js";
import { type Account, call, makeAccount } from "../support/account.js";
import { openServer, type TestServer } from "../support/server.js";

let server: TestServer;
let ana: Account;
beforeAll(async () => {
  server = await openServer();
  ana = await makeAccount(server);
  const { vault, vaultDb } = server;
  const digest = vault.digestOf("username", ana.username);
  const userId = (await findPerson(vaultDb, "username", digest)) ?? "";
  // As in a vault that is older than the account. Its handles stay, or nobody would look for a key.
  await vaultDb.deleteFrom("data_key").where("person_id", "=", userId).execute();
  server.clearKeyCache();
});
afterAll(() => server.close());

describe("where the vault lacks a key", () => {
  it("what needs it is answered with 503, and not as if it were erased", async () => {
    const body = { email: ana.email, password: ana.password };
    const login = await call(server, "POST", "/auth/login", { body });
    expect(login).toMatchObject({ status: 503, code: "UNAVAILABLE" });
    expect(login.headers.get("retry-after")).toBe("600");
  });

  it("what is only shown says so, and hides nothing beside it", async () => {
    const { status, data } = await call(server, "GET", "/user/profile", { token: ana.accessToken });
    expect(status).toBe(200);
    expect(data).toMatchObject({ username: "[can't be read]", email_verified: true });
    const keys = await call(server, "GET", "/user/api-keys", { token: ana.accessToken });
    expect(keys.list).toMatchObject([{ id: ana.apiKeyId, name: "[can't be read]" }]);
  });
});
