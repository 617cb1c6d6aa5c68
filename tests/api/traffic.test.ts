import { createServer, request as httpRequest } from "node:http";
import { PassThrough } from "node:stream";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { Uploads } from "../../api/nodeGateway/uploads.js";
import { ByteBudget } from "../../api/traffic/byteBudget.js";
import { readBody, uncountedBytesMax } from "../../api/traffic/readBody.js";
import {
  uploadBytesMax,
  uploadsPerBlockMax,
  uploadsPerNodeMax,
  uploadWaitMsMax,
} from "../../domain/limits.js";
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
  const upload = (nodeId: string, about: { block?: string; bytes?: number } = {}) => ({
    ...{ nodeId, block: "here", bytes: 1, request: new PassThrough() },
    ...about,
  });
  /** The last byte is here. */
  const arrive = async ({ request }: { request: PassThrough }): Promise<void> => {
    const closed = new Promise((resolve) => request.once("close", resolve));
    request.resume().end();
    await closed;
  };

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
    ["four of its block", uploadsPerBlockMax, (n: number) => ({ nodeId: `node ${n}` })],
    ["two of its node", uploadsPerNodeMax, (n: number) => ({ nodeId: "a", block: `block ${n}` })],
    [
      "all that this process has room for",
      1,
      () => ({ nodeId: "b", block: "there", bytes: uploadBytesMax }),
    ],
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

  it("that finds no room in time is told to come again, and so is one whose node hangs up", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const uploads = new Uploads();
    const leave = await uploads.enter(upload("a", { bytes: uploadBytesMax }));
    const late = uploads.enter(upload("b")).catch((error: unknown) => error);
    const gone = upload("c");
    const hungUp = uploads.enter(gone).catch((error: unknown) => error);
    gone.request.destroy();
    expect(await hungUp).toEqual(busy);
    vi.advanceTimersByTime(uploadWaitMsMax);
    expect(await late).toEqual(busy);
    leave();
    vi.useRealTimers();
    await uploads.enter(upload("d", { bytes: uploadBytesMax }));
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
