import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { call, newHandles, password, registerBody } from "../support/account.js";
import { npm, type Product, startProduct } from "../support/product.js";

const minutes = 60_000;
const passphrase = "tuesday piano marble fog";

let product: Product;
let folder = "";
const place = (name: string): string => join(folder, name);
beforeAll(async () => {
  product = await startProduct();
  folder = mkdtempSync(join(tmpdir(), "obsidian-backup-"));
  writeFileSync(place("passphrase"), `${passphrase}\n`);
  writeFileSync(place("letter"), "a letter");
}, 3 * minutes);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function tool(script: string, ...args: string[]) {
  const terminal = npm(script, args);
  const code = await terminal.ended;
  return { code, output: terminal.output };
}
/** One that has to work out. */
async function done(script: string, ...args: string[]) {
  const { code, output } = await tool(script, ...args);
  expect(code, output).toBe(0);
  return JSON.parse(output.split("\n").find((line) => line.startsWith("{")) ?? "{}");
}

const signIn = (server: { url: string }, username: string, secret: string) =>
  call(server, "POST", "/auth/login", { body: { username, password: secret } });

async function register(server: Product) {
  const handles = newHandles();
  await call(server, "POST", "/auth/register", { body: registerBody(handles) });
  let mail: string | undefined;
  while (mail === undefined) [mail] = server.mailsTo(handles.email);
  const [link = ""] = /http\S+verify-email\?token=\S+/.exec(mail) ?? [];
  const page = await (await fetch(link)).text();
  const [, token = ""] = /name="token" value="([^"]+)"/.exec(page) ?? [];
  const body = new URLSearchParams({ token, password });
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  expect((await fetch(`${server.url}/verify-email`, { method: "POST", headers, body })).ok).toBe(
    true,
  );
  return handles;
}

const loop = (server: { url: string }, key: string, seed: number) =>
  call(server, "POST", "/generate", {
    body: { prompt: "house", generation_duration: 1, seed },
    key,
  });

it("comes back on an empty machine: money, loops and people, but nobody who was erased since", {
  timeout: 6 * minutes,
}, async () => {
  const { apiKey, email, password: demoPassword, dataDir, url } = product;
  const made = await loop(product, apiKey, 1);
  expect(made.status).toBe(200);
  const leaver = await register(product);
  const gift = ["bank", "12.50", "EUR", "--reason", "cash", "--evidence", place("letter")];
  await done("add-donation", ...gift, "--data", dataDir);
  const secret = ["--passphrase-file", place("passphrase"), "--json"];
  const file = place("archive");
  const backedUp = await done("backup", file, ...secret, "--data", dataDir);
  const balances = await done("balances", "--json", "--data", dataDir);

  const { data } = await signIn(product, leaver.username, password);
  const token = String(data["access_token"]);
  expect((await call(product, "DELETE", "/user/profile", { token })).status).toBe(200);
  const list = `${dataDir}.erasures`;
  while (!/\w/.test(readFileSync(list, "utf8")));
  renameSync(list, place("erasures"));
  expect(await product.stop()).toBe(0);

  const data2 = place("data");
  const onto = ["--data", data2, "--erasures", place("erasures"), ...secret];
  const cut = place("cut");
  writeFileSync(cut, readFileSync(file).subarray(0, -100));
  expect(await tool("restore", cut, ...onto)).toMatchObject({
    code: 1,
    output: expect.stringContaining("cut or altered"),
  });
  expect(await done("restore", file, ...onto)).toMatchObject({
    ...{ events: backedUp.events, archiveSha256: backedUp.sha256 },
    ...{ erased: 1, missingKeys: 0 },
  });

  const port = new URL(url).port;
  const terminal = npm("start", ["--data", data2, "--port", port]);
  await terminal.line(/Stop with Ctrl-C/);
  try {
    expect((await signIn(product, email, demoPassword)).status).toBe(200);
    expect((await signIn(product, leaver.username, password)).status).toBe(401);
    expect((await loop(product, apiKey, 2)).headers.get("x-daily-used")).toBe("2");
    const verified = await fetch(`${url}/api/v1/certificate/verify`, {
      method: "POST",
      headers: { "content-type": "audio/wav" },
      body: new Uint8Array(made.bytes),
    });
    expect(await verified.json()).toMatchObject({ data: { valid: true } });
    const { as_of: _asOf, readUpTo: _upTo, ...then } = balances;
    expect(await done("balances", "--json", "--data", data2)).toMatchObject(then);
    await done("replay", "--verify", "--data", data2);
  } finally {
    terminal.child.kill("SIGINT");
    await terminal.ended;
  }
});

it("is refused without the list of the erased, and on a folder that holds something", async () => {
  const missing = await tool("restore", place("archive"));
  expect([missing.code, missing.output]).toEqual([1, expect.stringContaining("--erasures LIST")]);
  const onto = ["--without-erasures", "--passphrase-file", place("passphrase"), "--data", folder];
  const filled = await tool("restore", place("archive"), ...onto);
  expect([filled.code, filled.output]).toEqual([1, expect.stringContaining("is not empty")]);
});
