import { pino } from "pino";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { buildApp, closeApp } from "../../api/app.js";
import { Refusals } from "../../api/refusals.js";
import { makeAccount } from "../support/account.js";
import { sendRaw } from "../support/rawHttp.js";
import { openServer, type TestServer } from "../support/server.js";

let server: TestServer;
beforeAll(async () => {
  server = await openServer();
});
afterAll(() => server.close());

/** The API over the same parts, and what it writes to its log. */
async function openLogged() {
  const lines: { msg: string; status?: number; refused?: Record<string, number> }[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) });
  let counted = 0;
  const refusals = new Refusals(log, () => {
    counted += 1;
  });
  const app = await buildApp(
    { ...server.deps, log, refusals },
    { trustProxy: [], corsAllowedOrigins: [] },
  );
  onTestFinished(() => closeApp(app));
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  return { url, lines, refusals, counted: () => counted };
}

it("what nobody known brings about is a few lines of the log and one that counts the rest", async () => {
  const { url, lines, refusals, counted } = await openLogged();
  for (let time = 0; time < 40; time += 1) {
    await fetch(`${url}/api/v1/user/usage`, { headers: { "x-api-key": `wrong-${time}` } });
  }
  for (let time = 0; time < 10; time += 1) await fetch(`${url}/nowhere-${time}`);
  await sendRaw(url, "GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  await sendRaw(url, "NONSENSE\r\n\r\n");
  expect(lines.filter(({ msg }) => msg === "answered")).toHaveLength(20);
  refusals.flush();
  const [summary, ...others] = lines.filter(({ refused }) => refused !== undefined);
  expect(others).toEqual([]);
  expect(summary?.refused).toEqual({ 400: 2, 401: 20, 404: 10 });
  expect(JSON.stringify(summary)).not.toContain("127.0.0.1");
  expect(counted()).toBe(52);
});

it("webhooks that nothing proves are few lines too, and what a known caller does is a line each", async () => {
  const { url, lines, refusals } = await openLogged();
  const unsigned = { method: "POST", body: "{}", headers: { "content-type": "application/json" } };
  for (let time = 0; time < 30; time += 1) await fetch(`${url}/webhooks/stripe`, unsigned);
  const { apiKey } = await makeAccount(server);
  const headers = { "x-api-key": apiKey };
  for (let time = 0; time < 30; time += 1) {
    await fetch(`${url}/api/v1/generate/status/${crypto.randomUUID()}`, { headers });
  }
  const written = (of: string) => lines.filter(({ msg }) => msg === of);
  expect(written("a webhook was refused for its signature")).toHaveLength(20);
  expect(written("answered").filter(({ status }) => status === 404)).toHaveLength(30);
  refusals.flush();
  const refused = lines.flatMap((line) => (line.refused === undefined ? [] : [line.refused]));
  expect(refused).toEqual(expect.arrayContaining([{ 401: 10 }, { missing: 10 }]));
});
