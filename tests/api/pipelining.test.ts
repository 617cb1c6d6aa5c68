import { createServer, type RequestListener, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { closeWithSocket } from "../../api/traffic/closeWithSocket.js";
import { askedAheadMax, takeTurns } from "../../api/traffic/takeTurns.js";
import { answerBytes } from "../../domain/limits.js";
import { sendRaw } from "../support/rawHttp.js";
import { openServer, type TestServer } from "../support/server.js";

const get = (path: string, more = "") => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;
const last = "Connection: close\r\n";

let bare: Server | undefined;
afterEach(async () => {
  bare?.closeAllConnections();
  await new Promise((resolve) => bare?.close(resolve) ?? resolve(undefined));
  bare = undefined;
});

async function listen(listener: RequestListener, prepare: (server: Server) => void) {
  bare = createServer(listener);
  prepare(bare);
  await new Promise<void>((resolve) => bare?.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(bare.address() as AddressInfo).port}`;
}

/** On every version of Node that we run on; what it says of others fails the test. */
const takeTurnsHere = (server: Server): void =>
  takeTurns(server, () => {
    throw new Error(`Node ${process.version} has another parser.`);
  });

/** As if it had another name. Node itself wants it back in the end. */
function hideParser(socket: Socket): void {
  const parser: unknown = Reflect.get(socket, "parser");
  Reflect.set(socket, "parser", {});
  socket.prependOnceListener("close", () => Reflect.set(socket, "parser", parser));
}

/** Sends all of it and reads nothing. */
async function sendUnread(url: string, text: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.on("error", () => undefined).pause();
  await new Promise((resolve) => socket.write(text, resolve));
  return socket;
}

describe("requests that are sent before the answer is read", () => {
  it("are handled in turn, and answered in theirs", async () => {
    let open = 0;
    let openMax = 0;
    const url = await listen(({ url }, response) => {
      open += 1;
      openMax = Math.max(openMax, open);
      response.once("finish", () => {
        open -= 1;
      });
      setImmediate(() => response.end(`<${url}>`));
    }, takeTurnsHere);
    const { text } = await sendRaw(url, get("/a") + get("/b") + get("/c", last));
    expect(text.match(/<.*?>/g)).toEqual(["</a>", "</b>", "</c>"]);
    expect(openMax).toBe(1);
  });

  it("end their connection when they are many, and are not handled", async () => {
    let [handled, read] = [0, 0];
    const url = await listen(
      (_request, response) => {
        handled += 1;
        setImmediate(() => response.end("done"));
      },
      (server) => {
        takeTurnsHere(server);
        server.on("request", () => {
          read += 1;
        });
      },
    );
    await sendRaw(url, get("/").repeat(2_000));
    expect({ handled, read }).toEqual({ handled: 1, read: askedAheadMax + 2 });
    const few = await sendRaw(url, get("/").repeat(askedAheadMax) + get("/", last));
    expect(few.text.match(/done/g)).toHaveLength(askedAheadMax + 1);
  });

  it("are not handled by a Node with another parser either, which is told", async () => {
    let [handled, unknown] = [0, 0];
    const url = await listen(
      (_request, response) => {
        handled += 1;
        setImmediate(() => response.end("done"));
      },
      (server) => {
        server.on("connection", hideParser);
        takeTurns(server, () => {
          unknown += 1;
        });
      },
    );
    await sendRaw(url, get("/").repeat(2_000));
    await sendRaw(url, get("/").repeat(2_000));
    expect({ handled, unknown }).toEqual({ handled: 2, unknown: 1 });
  });

  it("are not begun after an answer that was the last", async () => {
    let handled = 0;
    const url = await listen((_request, response) => {
      handled += 1;
      setImmediate(() => response.setHeader("connection", "close").end("done"));
    }, takeTurnsHere);
    await sendRaw(url, get("/") + get("/"));
    expect(handled).toBe(1);
  });

  it("give back what is held for them when their connection ends", async () => {
    const streams: PassThrough[] = [];
    const ends: Promise<unknown>[] = [];
    let closed = 0;
    const url = await listen((_request, response) => {
      response.once("close", () => {
        closed += 1;
      });
      const stream = new PassThrough();
      streams.push(stream);
      ends.push(pipeline(stream, response).catch(() => undefined));
    }, closeWithSocket);
    const socket = await sendUnread(url, get("/").repeat(3));
    await expect.poll(() => streams.length).toBe(3);
    socket.destroy();
    await Promise.all(ends);
    expect(streams.every(({ destroyed }) => destroyed)).toBe(true);
    expect(closed).toBe(3);
  });
});

describe("the API", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await openServer();
  });
  afterAll(() => server.close());

  it("ends a connection that asks for 395 large answers ahead, and has all its room again", async () => {
    const { text } = await sendRaw(server.url, get("/api/v1/openapi.json").repeat(395));
    expect((text.match(/HTTP\/1.1 200/g) ?? []).length).toBeLessThanOrEqual(1);
    const { answers } = server.deps.traffic;
    await expect
      .poll(() => answers.hold("another block", answerBytes.bytesMax / 2))
      .toBeTypeOf("function");
  });
});
