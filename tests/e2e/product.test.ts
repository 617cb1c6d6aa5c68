import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { openDatabase } from "../../platform/mysql/database.js";
import type { ReadTables } from "../../projections/readTables.js";
import { findRunningInstance } from "../../scripts/runningInstance.js";
import { call, newHandles, password, registerBody } from "../support/account.js";
import { findCertificate, readWav } from "../support/audio/wholeWav.js";
import { npm, type Product, startProduct } from "../support/product.js";

const minutes = 60_000;
const prompt = "a very private dub techno thought";
const [firstName, lastName] = ["Anastasia", "Vasconcelos"];

/**
 * The whole product, once through: real processes, MariaDB, Redis, FFmpeg, SMTP, event store and the
 * synth. Each test goes on where the one before it ended.
 */
describe("a producer's plugin gets its loop", { timeout: 3 * minutes }, () => {
  let product: Product;
  const handles = newHandles();
  let accessToken = "";
  let apiKey = "";
  beforeAll(async () => {
    product = await startProduct();
  }, 3 * minutes);
  afterAll(async () => {
    expect(await product.stop()).toBe(0);
  }, minutes);

  const usage = async () => (await call(product, "GET", "/user/usage", { key: apiKey })).data;

  /** Looks until it is so: what is waited for is a fact that nobody announces. */
  async function until<Value>(look: () => Promise<Value | undefined>): Promise<Value> {
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      await pause(50);
    }
  }

  it("registers, and follows the link in the mail", async () => {
    const body = { ...registerBody(handles), first_name: firstName, last_name: lastName };
    expect((await call(product, "POST", "/auth/register", { body })).status).toBe(201);
    const mail = await until(async () => product.mailsTo(handles.email)[0]);
    const [link = ""] = /http\S+verify-email\?token=\S+/.exec(mail) ?? [];
    const page = await (await fetch(link)).text();
    const [, token = ""] = /name="token" value="([^"]+)"/.exec(page) ?? [];
    const confirmed = await fetch(`${product.url}/verify-email`, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ token, password }),
    });
    expect(await confirmed.text()).toContain("Your address is confirmed");
  });

  it("signs in and makes an API key", async () => {
    const login = { username: handles.username, password };
    const { data } = await call(product, "POST", "/auth/login", { body: login });
    accessToken = String(data["access_token"]);
    const made = await call(product, "POST", "/user/api-keys", {
      body: { name: "Studio" },
      token: accessToken,
    });
    apiKey = String(made.data["key"]);
    expect(await usage()).toMatchObject({ used: 0, limit: 25 });
  });

  it("generates exactly as the plugin does: HTTP/1.1, floats, a modal key, 96 kHz, stems", async () => {
    const body =
      `{"prompt":${JSON.stringify(prompt)},"bpm":128.0,"key":"F# Dorian","sample_rate":96000.0,` +
      '"generation_duration":7.5,"preferred_stems":["drums","bass"]}';
    const { status, headers, file } = await asPlugin(
      `${product.url}/api/v1/generate`,
      body,
      apiKey,
    );
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      "content-type": "audio/wav",
      "x-credits-remaining": "24",
      "x-daily-used": "1",
      "x-duration": "7.5",
      "x-bpm": "128",
      "x-key": "F# Dorian",
      "x-sample-rate": "96000",
      "x-channels": "2",
      "x-stems-used": "drums,bass",
      "x-sha256": createHash("sha256").update(file).digest("hex"),
    });
    const wav = readWav(file);
    if (!wav.ok) throw new Error(wav.message);
    expect(wav.value.format).toEqual({ sampleRate: 96_000, channels: 2, bitsPerSample: 16 });
    expect((wav.value.data.end - wav.value.data.start) / 4).toBe(7.5 * 96_000);
    expect(findCertificate(file)?.split(".")[2]).toBe(headers["x-certificate-signature"]);
    const verified = await fetch(`${product.url}/api/v1/certificate/verify`, {
      method: "POST",
      headers: { "content-type": "audio/wav" },
      body: new Uint8Array(file),
    });
    expect(await verified.json()).toMatchObject({
      data: {
        valid: true,
        claims: { key: "F# Dorian", stems: ["drums", "bass"], aiGenerated: true },
      },
    });
    expect(await usage()).toMatchObject({ used: 1, remaining: 24 });
  });

  it("goes the second way: answered at once, followed by events, fetched by id", async () => {
    const accepted = await call(product, "POST", "/generate", {
      body: { prompt: "lofi piano", bpm: 80, generation_duration: 3, seed: 11 },
      key: apiKey,
      headers: { prefer: "respond-async" },
    });
    expect(accepted.status).toBe(202);
    const { events_url, audio_url } = accepted.data;
    const events = await call(product, "GET", String(events_url), { key: apiKey });
    expect(events.bytes.toString()).toContain('"status":"completed"');
    const audio = await call(product, "GET", String(audio_url), { key: apiKey });
    expect(audio.bytes.subarray(0, 4).toString()).toBe("RIFF");
  });

  it("gives the same bytes for the same seed, and 429 for the 26th of a day", async () => {
    const body = { prompt: "house", generation_duration: 1, seed: 5 };
    const once = () => call(product, "POST", "/generate", { body, key: apiKey });
    const hashes = new Set<string>();
    let answer = await once();
    for (let made = 3; answer.status === 200; made += 1) {
      const wav = readWav(answer.bytes);
      if (!wav.ok) throw new Error(wav.message);
      const { start, end } = wav.value.data;
      hashes.add(createHash("sha256").update(answer.bytes.subarray(start, end)).digest("hex"));
      expect(answer.headers.get("x-daily-used")).toBe(String(made));
      answer = await once();
    }
    expect(answer).toMatchObject({ status: 429, code: "DAILY_LIMIT_EXCEEDED" });
    expect(hashes.size).toBe(1);
    expect(await usage()).toMatchObject({ used: 25, remaining: 0 });
  });

  it("shows the demo user a key that works", async () => {
    const demo = await call(product, "POST", "/verify_key", { key: product.apiKey, body: {} });
    expect(demo.data).toEqual({ valid: true, credits_remaining: 25 });
  });

  const replay = async (...args: readonly string[]) => {
    const terminal = npm("replay", ["--data", product.dataDir, "--verify", "--json", ...args]);
    const code = await terminal.ended;
    const json = terminal.lines.find((line) => line.startsWith("{")) ?? "{}";
    return { code, readModels: JSON.parse(json).readModels as ReadModel[] };
  };
  interface ReadModel {
    readonly name: string;
    readonly identical: boolean;
    readonly after: { readonly rows: number };
  }

  it("rebuilds every read model from the events, and the answers are the same", async () => {
    const before = await usage();
    const { code, readModels } = await replay();
    expect(readModels.filter(({ identical }) => !identical)).toEqual([]);
    expect(readModels.map(({ name }) => name)).toContain("quota-days");
    // Nobody gave anything here.
    const empty = readModels.filter(({ after }) => after.rows === 0).map(({ name }) => name);
    expect(empty.sort()).toEqual([
      "alerts",
      "distributions",
      "donations",
      "donors",
      "enrolments",
      "entries",
      "node-decisions",
      "operators",
      "payees",
      "payout-news",
      "pledges",
      "shares",
      "take-backs",
      "treasury",
      "webhooks",
    ]);
    expect(code).toBe(0);
    expect(await usage()).toEqual(before);
  });

  it("sees a row that somebody changed by hand, and mends it", async () => {
    const { DATABASE_URL = "" } = findRunningInstance(product.dataDir)?.environment ?? {};
    const db = openDatabase<ReadTables>(DATABASE_URL, "read");
    onTestFinished(() => db.destroy());
    const rows = db.selectFrom("read_quota_day").select("used").where("used", ">", 2);
    await db.updateTable("read_quota_day").set({ used: 3 }).where("used", "=", 25).execute();
    expect(await rows.execute()).toEqual([{ used: 3 }]);
    const { code, readModels } = await replay("quota-days");
    expect(readModels).toMatchObject([{ name: "quota-days", identical: false }]);
    expect(code).toBe(1);
    expect(await rows.execute()).toEqual([{ used: 25 }]);
  });

  it("keeps nothing in clear in the event store that shows who somebody is or what they asked", () => {
    const folder = join(product.dataDir, "eventstore");
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    const whole = Buffer.concat(
      files.map(({ parentPath, name }) => readFileSync(join(parentPath, name))),
    );
    expect(whole.includes("GenerationCompleted")).toBe(true);
    for (const secret of [
      handles.email,
      handles.username,
      firstName,
      lastName,
      prompt,
      password,
      apiKey.slice("obsidian_live_".length),
      product.email,
    ]) {
      expect(whole.includes(secret), `${secret} stands in the event store`).toBe(false);
    }
  });

  it("goes on after the API and the event store were killed", async () => {
    for (const name of ["api", "eventStore"]) process.kill(product.pidOf(name), "SIGKILL");
    await product.terminal.line(/api.*(again|restart)/i);
    const ready = await until(async () => {
      const response = await fetch(`${product.url}/health/ready`).catch(() => undefined);
      return response?.status === 200 ? response : undefined;
    });
    expect(ready.status).toBe(200);
    const loop = await until(async () => {
      const answer = await call(product, "POST", "/generate", {
        body: { prompt: "ambient", generation_duration: 1 },
        key: product.apiKey,
      }).catch(() => undefined);
      return answer?.status === 200 ? answer : undefined;
    });
    expect(loop.headers.get("x-sample-rate")).toBe("48000");
    expect(await usage()).toMatchObject({ used: 25 });
  });

  it("forgets a person who asks for it, and everything still adds up", async () => {
    const erased = await call(product, "DELETE", "/user/profile", { token: accessToken });
    expect(erased.status).toBe(200);
    expect(await call(product, "GET", "/user/usage", { key: apiKey })).toMatchObject({
      status: 401,
    });
    const again = await until(async () => {
      const answer = await call(product, "POST", "/auth/register", { body: registerBody(handles) });
      // The user name is free again once the keys are destroyed.
      return answer.status === 201 ? answer : undefined;
    });
    expect(again.status).toBe(201);
    const { code } = await replay();
    expect(code).toBe(0);
  });
});

/** The plugin's own request: HTTP/1.1 by libcurl, the whole answer awaited. */
function asPlugin(url: string, body: string, apiKey: string) {
  return new Promise<{ status: number; headers: Record<string, unknown>; file: Buffer }>(
    (resolve, reject) => {
      const headers = {
        "Content-Type": "application/json",
        "X-API-Key": apiKey,
        "Content-Length": Buffer.byteLength(body),
      };
      const request = httpRequest(url, { method: "POST", headers }, async (response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk);
        const { statusCode = 0, headers, httpVersion } = response;
        expect(httpVersion).toBe("1.1");
        resolve({ status: statusCode, headers, file: Buffer.concat(chunks) });
      });
      request.on("error", reject).end(body);
    },
  );
}
