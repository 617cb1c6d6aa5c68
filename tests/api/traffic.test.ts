import { once } from "node:events";
import { createServer, request as httpRequest, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { PassThrough } from "node:stream";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { keepPace } from "../../api/nodeGateway/uploadPace.js";
import { Uploads } from "../../api/nodeGateway/uploads.js";
import { ByteBudget } from "../../api/traffic/byteBudget.js";
import { readBody, uncountedBytesMax } from "../../api/traffic/readBody.js";
import { second, uploadPaceGraceMs, uploadRoom, uploadWaitMsMax } from "../../domain/limits.js";
import { reservePort } from "../../scripts/supervisor/reservePort.js";

const busy = expect.objectContaining({ code: "BUSY" });

describe("a budget of bytes", () => {
  const budget = { bytesMax: 100, bytesPerBlockMax: 60 };

  it("is used up by no block alone, and by all together", () => {
    const bytes = new ByteBudget(budget);
    bytes.hold("here", 60);
    expect(() => bytes.hold("here", 1)).toThrow(busy);
    bytes.hold("there", 40);
    expect(() => bytes.hold("elsewhere", 1)).toThrow(busy);
  });

  it("gets back what was held once, however often that is said", () => {
    const bytes = new ByteBudget(budget);
    const release = bytes.hold("here", 60);
    bytes.hold("there", 40);
    release();
    release();
    bytes.hold("here", 60);
    expect(() => bytes.hold("here", 1)).toThrow(busy);
  });
});

describe("an upload", () => {
  const upload = (
    nodeId: string,
    about: { block?: string; bytes?: number; isLate?: boolean; isProven?: boolean } = {},
  ) => ({
    ...{
      nodeId,
      block: "here",
      bytes: 1,
      isLate: false,
      isProven: true,
      request: new PassThrough(),
    },
    ...about,
  });
  /** The last byte is here. */
  const arrive = async ({ request }: { request: PassThrough }): Promise<void> => {
    const closed = new Promise((resolve) => request.once("close", resolve));
    request.resume().end();
    await closed;
  };
  const node = (n: number) => ({ nodeId: `node ${n}` });
  const block = (n: number) => ({ ...node(n), block: `block ${n}` });
  const { live } = uploadRoom;
  const bytesOfBlock = live.perBlock.bytesMax;

  it("ends an older one of its node that is still coming, and none that has arrived", async () => {
    const uploads = new Uploads();
    const [arrived, half, newer] = [upload("a"), upload("a"), upload("a")];
    await uploads.enter(arrived);
    await arrive(arrived);
    const leave = await uploads.enter(half);
    half.request.once("close", leave);
    await uploads.enter(newer);
    expect(half.request.destroyed).toBe(true);
    expect(arrived.request.errored).toBe(null);
  });

  it.each([
    ["four of its block", live.perBlock.countMax, node],
    ["two of its node", live.perNode.countMax, (n: number) => ({ ...block(n), nodeId: "a" })],
    ["all bytes of its block", 2, (n: number) => ({ ...node(n), bytes: bytesOfBlock / 2 })],
    [
      "all bytes of its node",
      1,
      () => ({ ...block(0), nodeId: "a", bytes: live.perNode.bytesMax }),
    ],
    ["all bytes of this process", 4, (n: number) => ({ ...block(n), bytes: live.bytesMax / 4 })],
  ])("waits for %s, and begins when one of them is answered", async (_what, count, aboutOf) => {
    const uploads = new Uploads();
    const leaves: (() => void)[] = [];
    for (let n = 0; n < count; n += 1) {
      const { nodeId, ...about } = aboutOf(n);
      const each = upload(nodeId, about);
      leaves.push(await uploads.enter(each));
      await arrive(each);
    }
    let hasBegun = false;
    const entering = uploads.enter(upload("a")).then(() => {
      hasBegun = true;
    });
    await new Promise(setImmediate);
    expect(hasBegun).toBe(false);
    leaves[0]?.();
    await entering;
  });

  it("of nodes on probation finds half of the room at most, however many they are", async () => {
    const uploads = new Uploads();
    const bytes = live.onProbationBytesMax / 4;
    for (let n = 0; n < 4; n += 1) {
      await uploads.enter(upload(`node ${n}`, { ...block(n), bytes, isProven: false }));
    }
    let hasBegun = false;
    const gone = upload("free", { block: "elsewhere", isProven: false });
    const waiting = uploads.enter(gone).then(
      () => {
        hasBegun = true;
      },
      () => undefined,
    );
    await uploads.enter(upload("proven", { block: "there", bytes }));
    expect(hasBegun).toBe(false);
    gone.request.destroy();
    await waiting;
  });

  it("takes the room of the oldest that comes slowly from the block that holds most", async () => {
    vi.useFakeTimers({
      toFake: ["setTimeout", "setInterval", "clearTimeout", "clearInterval", "performance"],
    });
    const uploads = new Uploads();
    const bytes = live.onProbationBytesMax / 8;
    const slow = [];
    for (let n = 0; n < 8; n += 1) {
      const each = upload(`node ${n}`, { block: `block ${n >> 1}`, bytes, isProven: false });
      slow.push(each);
      const leave = await uploads.enter(each);
      each.request.once("close", leave);
    }
    const entering = uploads.enter(upload("honest", { block: "elsewhere", isProven: false }));
    vi.advanceTimersByTime(uploadPaceGraceMs);
    expect(slow.filter(({ request }) => request.destroyed)).toEqual([]);
    vi.advanceTimersByTime(second);
    expect(slow.map(({ request }) => request.destroyed)).toEqual([true, ...Array(7).fill(false)]);
    await entering;
    vi.useRealTimers();
  });

  const kept: readonly (readonly [
    string,
    { hasArrived?: true; isProven?: true; block?: string },
  ])[] = [
    ["that has arrived", { hasArrived: true }],
    ["of a node that did work before", { isProven: true }],
    ["of a block that holds as little", { block: "block 0" }],
  ];
  it.each(kept)(
    "takes no room of one %s",
    async (_whose, { hasArrived = false, isProven = false, block = "elsewhere" }) => {
      vi.useFakeTimers({
        toFake: ["setTimeout", "setInterval", "clearTimeout", "clearInterval", "performance"],
      });
      const uploads = new Uploads();
      const bytes = live.onProbationBytesMax / 2;
      const held = [0, 1].map((n) => upload(`node ${n}`, { block: `block ${n}`, bytes, isProven }));
      for (const each of held) {
        await uploads.enter(each);
        if (hasArrived) await arrive(each);
      }
      const full = isProven ? { bytes: live.bytesMax, isProven } : { bytes, isProven };
      const entering = uploads
        .enter(upload("late comer", { ...full, block }))
        .catch((error: unknown) => error);
      vi.advanceTimersByTime(uploadWaitMsMax);
      expect(await entering).toEqual(busy);
      expect(held.map(({ request }) => request.destroyed)).toEqual([hasArrived, hasArrived]);
      vi.useRealTimers();
    },
  );

  it("whose lease is over has room of its own: one of a node, two of a block", async () => {
    const uploads = new Uploads();
    const isLate = true;
    let waiting = 0;
    const enter = async (each: ReturnType<typeof upload>) => {
      waiting += 1;
      await uploads.enter(each).catch(() => undefined);
      waiting -= 1;
    };
    for (const nodeId of ["a", "b"]) {
      const each = upload(nodeId, { isLate });
      await enter(each);
      await arrive(each);
    }
    const ofNode = upload("a", { isLate, block: "there" });
    const ofBlock = upload("c", { isLate });
    const ends = [enter(ofNode), enter(ofBlock)];
    await enter(upload("d"));
    expect(waiting).toBe(2);
    for (const { request } of [ofNode, ofBlock]) request.destroy();
    await Promise.all(ends);
  });

  it("that finds no room in time is told to come again, and so is one whose node hangs up", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const uploads = new Uploads();
    const full = { bytes: live.perNode.bytesMax };
    const leave = await uploads.enter(upload("a", full));
    const waiting = uploads.enter(upload("b", full)).catch((error: unknown) => error);
    const gone = upload("c", full);
    const hungUp = uploads.enter(gone).catch((error: unknown) => error);
    gone.request.destroy();
    expect(await hungUp).toEqual(busy);
    vi.advanceTimersByTime(uploadWaitMsMax);
    expect(await waiting).toEqual(busy);
    leave();
    vi.useRealTimers();
    await uploads.enter(upload("d", full));
  });

  describe("on its way", () => {
    const leftMs = 20 * second;
    const bytes = 100_000;

    /** A body of which so many bytes are here, and a way to let time pass. */
    async function half(bytesSent: number) {
      vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const { port } = server.address() as AddressInfo;
      const arriving = once(server, "request");
      const headers = { "content-length": bytes };
      const client = httpRequest({ host: "127.0.0.1", port, method: "PUT", headers });
      client.on("error", () => undefined).flushHeaders();
      const [request]: IncomingMessage[] = await arriving;
      if (request === undefined) throw new Error("It is not here.");
      keepPace(
        request.on("error", () => undefined),
        { bytes, leftMs },
      );
      let received = 0;
      request.on("data", ({ length }: Buffer) => {
        received += length;
      });
      if (bytesSent > 0) client.write(Buffer.alloc(bytesSent));
      await expect.poll(() => received).toBe(bytesSent);
      const close = () => server.closeAllConnections();
      return { request, close: () => server.close(close) && close() };
    }
    afterEach(() => vi.useRealTimers());

    it.each([
      ["stands still", 0, uploadPaceGraceMs + second],
      ["comes too slowly to be here in time", bytes / 4, uploadPaceGraceMs + leftMs / 4 + second],
      ["is not here when its time is up", bytes - 1, leftMs],
    ])("ends when it %s, and not before", async (_what, bytesSent, endsAfterMs) => {
      const { request, close } = await half(bytesSent);
      vi.advanceTimersByTime(endsAfterMs - second);
      expect(request.destroyed).toBe(false);
      vi.advanceTimersByTime(second);
      expect(request.destroyed).toBe(true);
      close();
    });
  });
});

describe("a body", () => {
  const bytesMax = 40_000;
  let port = 0;
  let held: number[] = [];
  const server = createServer((request, response) => {
    const hold = (bytes: number) => {
      held.push(bytes);
      return () => held.push(-bytes);
    };
    readBody(request, { bytesMax, hold }).then(
      (body) => response.end(body),
      ({ code }) => response.writeHead(422, { connection: "close" }).end(code),
    );
  });
  beforeAll(async () => {
    port = await reservePort();
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  });
  afterAll(() => server.close());

  async function send(pieces: readonly string[], headers: Record<string, string | number> = {}) {
    held = [];
    const request = httpRequest({ host: "127.0.0.1", port, method: "POST", headers });
    const answered = new Promise<string>((resolve, reject) => {
      request.on("error", reject).on("response", async (response) => {
        let text = "";
        for await (const piece of response) text += piece;
        resolve(text);
      });
    });
    for (const piece of pieces) request.write(piece);
    request.end();
    return answered;
  }
  const text = "0123456789".repeat(bytesMax / 10);

  it("is the same with a length and without one, in one piece or byte by byte", async () => {
    const crumbs = [...text.slice(0, 20_000)];
    expect(await send([text], { "content-length": text.length })).toBe(text);
    expect(await send([text])).toBe(text);
    expect(await send(crumbs)).toBe(text.slice(0, 20_000));
    expect(await send([""])).toBe("");
  });

  it("that is too large is refused, by its length or by what came", async () => {
    const tooLong = [`${text}x`];
    expect(await send(tooLong, { "content-length": bytesMax + 1 })).toBe("BODY_TOO_LARGE");
    expect(await send(tooLong)).toBe("BODY_TOO_LARGE");
  });

  it("is counted while it comes, by its length or by the most it can be; a short one is not", async () => {
    await send([text.slice(0, 20_000)], { "content-length": 20_000 });
    expect(held).toEqual([20_000, -20_000]);
    await send(["short"]);
    expect(held).toEqual([bytesMax, -bytesMax]);
    await send(["x".repeat(uncountedBytesMax)], { "content-length": uncountedBytesMax });
    expect(held).toEqual([]);
  });
});
