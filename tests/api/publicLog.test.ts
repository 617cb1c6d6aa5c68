import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isConsistent } from "../../domain/log/consistency.js";
import { entryHash, rootByProof } from "../../domain/log/merkle.js";
import { decodeBundle } from "../../domain/log/tiles.js";
import { addLeaves, openTestLog } from "../support/publicLogs.js";
import { openServer, type TestServer } from "../support/server.js";

let server: TestServer;
let log: Awaited<ReturnType<typeof openTestLog>>;
beforeAll(async () => {
  server = await openServer();
  log = await openTestLog(server, "blobs");
});
afterAll(() => server.close());

const get = (path: string) => fetch(`${server.url}${path}`);
const ask = async (path: string) => (await (await get(`/api/v1/transparency/${path}`)).json()).data;
const bytesOf = (texts: readonly string[]) => texts.map((text) => Buffer.from(text, "base64"));

describe("the public log", () => {
  it("is not there before the first signature", async () => {
    for (const path of ["/log/checkpoint", "/log/tile/0/000.p/1", "/api/v1/transparency/ledger"]) {
      const answer = await get(path);
      expect(answer.status).toBe(404);
      expect((await answer.json()).error.code).toBe("NOT_FOUND");
    }
  });

  it("is served as files, of which only the checkpoint changes", async () => {
    await addLeaves(server, 300);
    const { size } = await log.sign();
    const checkpoint = await get("/log/checkpoint");
    expect(checkpoint.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(checkpoint.headers.get("cache-control")).toBe("public, max-age=5");
    expect((await checkpoint.text()).split("\n")[1]).toBe(`${size}`);
    const bundle = await get("/log/tile/entries/000");
    expect(bundle.headers.get("cache-control")).toContain("immutable");
    const entries = decodeBundle(Buffer.from(await bundle.arrayBuffer())) ?? [];
    const tile = Buffer.from(await (await get("/log/tile/0/000")).arrayBuffer());
    expect(Buffer.concat(entries.map(entryHash)).equals(tile)).toBe(true);
  });

  it.each([
    "/log/tile/0/../../../keys",
    "/log/tile/0/%2e%2e%2f%2e%2e%2fcheckpoint",
    "/log/tile/0/999",
    "/log/tile/64/000",
    "/log/tile/0/000.p/256",
    "/log/tile/",
  ])("has nothing at %s", async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  it("shows no file beyond what was signed: it may still change", async () => {
    const { size } = await log.sign();
    const width = (size + 5) % 256;
    await log.files.replace(`tile/0/001.p/${width}`, Buffer.alloc(width * 32));
    expect((await get(`/log/tile/0/001.p/${width}`)).status).toBe(404);
    expect((await get(`/log/tile/0/001.p/${width - 5}`)).status).toBe(200);
  });

  it("is read as lines, a page at a time", async () => {
    const answer = await get("/api/v1/transparency/ledger?from=250&to=260");
    expect(answer.headers.get("content-type")).toContain("application/x-ndjson");
    const lines = (await answer.text()).trimEnd().split("\n");
    expect(lines).toHaveLength(10);
    expect(answer.headers.get("link")).toBeNull();
    expect(lines.map((line) => JSON.parse(line).type)).toContain("FundsMoved");
    expect(await (await get("/api/v1/transparency/ledger?from=100000")).text()).toBe("");
  });

  it("proves each entry, and that it begins with each older one", async () => {
    const { size, root } = await ask("ledger/checkpoint");
    const newest = { size, root: Buffer.from(root, "base64") };
    const [line = ""] = (await (await get("/api/v1/transparency/ledger?from=37")).text()).split(
      "\n",
    );
    const inclusion = await ask("ledger/proof/inclusion?index=37");
    const proof = bytesOf(inclusion.proof);
    const reached = rootByProof(entryHash(Buffer.from(line)), { index: 37, size, proof });
    expect(reached?.equals(newest.root)).toBe(true);

    await addLeaves(server, 30);
    await log.sign();
    const later = await ask("ledger/checkpoint");
    const consistency = await ask(`ledger/proof/consistency?from=${size}`);
    const newer = { size: later.size, root: Buffer.from(later.root, "base64") };
    expect(isConsistent(newest, newer, bytesOf(consistency.proof))).toBe(true);
    // A tree in between, which was never signed.
    const between = await ask(`ledger/proof/inclusion?index=300&size=${size + 7}`);
    expect(between).toMatchObject({ index: 300, size: size + 7 });
  });

  it.each([
    ["ledger/proof/inclusion?index=100000", 404],
    ["ledger/proof/inclusion?index=1&size=100000", 404],
    ["ledger/proof/consistency?from=100000", 404],
    ["ledger/proof/inclusion?index=-1", 422],
    ["ledger/proof/inclusion", 422],
  ])("answers %s with %i", async (path, status) => {
    expect((await get(`/api/v1/transparency/${path}`)).status).toBe(status);
  });
});
