import { createHash, generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { canonicalJson } from "../../domain/canonicalJson.js";
import { signatureHeader } from "../../domain/node/wire.js";
import { joinsPerDayMax, workBitsFor } from "../../domain/node/work.js";
import { sha256Hex } from "../../platform/ids.js";
import { readNodeKey, signProof } from "../../platform/keys/nodeSignatures.js";
import { findWork, isWork } from "../../platform/keys/nodeWork.js";
import { systemClock } from "../../platform/process/clock.js";
import { countJoin } from "../../platform/redis/joins.js";
import { openServer, type TestServer } from "../support/server.js";
import { joinNode, nodeAbout } from "../support/testNode.js";

let server: TestServer;
beforeAll(async () => {
  server = await openServer();
});
afterAll(() => server.close());

const newKey = () => {
  const { privateKey } = generateKeyPairSync("ed25519");
  return readNodeKey(privateKey.export({ type: "pkcs8", format: "pem" }).toString());
};
const post = (remoteAddress: string, url: string, payload: object, headers = {}) =>
  server.app.inject({ method: "POST", url: `/api/v1${url}`, payload, headers, remoteAddress });

interface Joining {
  readonly from: string;
  readonly key?: ReturnType<typeof newKey>;
  readonly work?: (nonce: string, publicKey: string, bits: number) => Promise<string>;
}
const idle = async () => "";
const worked: Joining["work"] = (nonce, publicKey, bits) => findWork({ nonce, publicKey }, bits);

async function join({ from, key = newKey(), work = idle }: Joining) {
  const { data } = (await post(from, "/workers/challenge", {})).json();
  const { nonce, work_bits } = data;
  const found = await work(nonce, key.publicKey, work_bits);
  const body = { ...nodeAbout, nonce, public_key: key.publicKey, work: found };
  const signature = signProof(key.privateKey, {
    purpose: "obsidian-node-register",
    origin: server.url,
    nonce,
    bodySha256: sha256Hex(canonicalJson(body)),
  });
  const answer = await post(from, "/workers/register", body, { [signatureHeader]: signature });
  const code = answer.statusCode === 200 ? "" : answer.json().error.code;
  return { status: answer.statusCode, code, bits: work_bits, headers: answer.headers };
}

const free = 32;

describe("many new nodes from one address block", () => {
  it("work before they join, and others do not", async () => {
    const from = "203.0.113.1";
    const key = newKey();
    expect(await join({ from, key })).toMatchObject({ status: 200, bits: 0 });
    for (let n = 1; n < free; n += 1) expect((await join({ from })).status).toBe(200);
    const before = await server.store.lastPosition();
    expect(await join({ from })).toMatchObject({ status: 422, code: "INVALID_WORK", bits: 16 });
    expect(await server.store.lastPosition()).toBe(before);

    // Whoever is known comes back for nothing, and so does whoever comes from elsewhere.
    expect((await join({ from, key })).status).toBe(200);
    expect(await join({ from: "203.0.113.2" })).toMatchObject({ status: 200, bits: 0 });
    expect((await join({ from, work: worked })).status).toBe(200);
  });

  it("count one by one, also when they come together", async () => {
    const from = "203.0.113.3";
    const answers = await Promise.all(Array.from({ length: free + 12 }, () => join({ from })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(free);
  });

  it("can neither save up work nor do another's", async () => {
    const from = "203.0.113.4";
    const at = systemClock.now();
    for (let n = 0; n < free; n += 1)
      await countJoin(server.redis, { block: server.deps.blockHash(from), at });
    const other = newKey();
    const forAnotherKey: Joining["work"] = (nonce, _key, bits) =>
      findWork({ nonce, publicKey: other.publicKey }, bits);
    const forAnotherNonce: Joining["work"] = (_nonce, publicKey, bits) =>
      findWork({ nonce: "yesterday's", publicKey }, bits);
    for (const work of [forAnotherKey, forAnotherNonce]) {
      expect(await join({ from, work })).toMatchObject({ status: 422, code: "INVALID_WORK" });
    }
  });

  it("are so many a day at most, and the known ones still come back", async () => {
    const from = "203.0.113.5";
    const joining = { block: server.deps.blockHash(from), at: systemClock.now() };
    const key = newKey();
    expect((await join({ from, key })).status).toBe(200);
    for (let n = 1; n < joinsPerDayMax; n += 1) await countJoin(server.redis, joining);
    // Of itself it would be asked for 22 bits.
    const refused = await join({ from });
    expect(refused).toMatchObject({ status: 429, code: "RATE_LIMITED" });
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    expect((await join({ from, key })).status).toBe(200);
  });

  it("are joined by a real node, which works without being told", async () => {
    const joining = { block: server.deps.blockHash("127.0.0.1"), at: systemClock.now() };
    for (let n = 0; n < free; n += 1) await countJoin(server.redis, joining);
    expect((await joinNode(server)).nodeId).toBeTruthy();
  });
});

describe("work", () => {
  it("is a hash that begins with so many zero bits", async () => {
    const subject = { nonce: "a nonce", publicKey: "a key" };
    const work = await findWork(subject, 10);
    const hash = createHash("sha256").update(`a nonce.a key.${work}`).digest();
    expect(hash.readUInt16BE(0)).toBeLessThan(2 ** 6);
    expect(isWork(subject, work, 10)).toBe(true);
    expect(isWork(subject, "", 10)).toBe(false);
    expect(isWork(subject, "", 0)).toBe(true);
  });

  it("grows with the number of nodes, and stays below what a minute allows", () => {
    expect([1, 32, 33, 64, 65, 96, 97, 1000].map(workBitsFor)).toEqual([
      0, 0, 16, 16, 17, 17, 18, 22,
    ]);
  });
});
