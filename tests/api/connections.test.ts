import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { type ConnectionLimits, Connections } from "../../api/traffic/connections.js";

const limits = {
  connectionsMax: 100,
  perBlockMax: 3,
  read: { bytesMin: 8_000, msMax: 1_000 },
  write: { msMax: 1_000, bytesPerSecondMin: 64 * 1024 * 1024 },
  lookEveryMs: 50,
};
/** More than the system takes for a client that does not read. */
const answerBytes = 24 * 1024 * 1024;

let server: Server | undefined;
/** Requests that have come. */
let asked = 0;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
});

/** Answers `/wait` never, `/large` with megabytes, and everything else once its body is here. */
async function start(
  blockOf: (socket: Socket) => string | undefined = () => "here",
  its: ConnectionLimits = limits,
): Promise<number> {
  asked = 0;
  server = createServer((request, response) => {
    asked += 1;
    if (request.url === "/wait") return;
    request.on("error", () => undefined);
    request.resume().on("end", () => {
      response.end(request.url === "/large" ? Buffer.alloc(answerBytes) : "done");
    });
  });
  new Connections(its, blockOf).watch(server);
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

async function open(port: number, text = "", localAddress = "127.0.0.1") {
  const socket = connect({ port, host: "127.0.0.1", localAddress });
  sockets.push(socket);
  let received = 0;
  socket
    .on("error", () => undefined)
    .on("data", ({ length }) => {
      received += length;
    });
  const ended = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  await new Promise((resolve) => socket.once("connect", resolve));
  socket.write(text);
  return { socket, ended, received: () => received };
}
/** Its answer is more than the system takes, and stays here. */
async function openUnread(port: number) {
  const opened = await open(port);
  const before = asked;
  opened.socket.pause().write(get("/large"));
  await expect.poll(() => asked).toBe(before + 1);
  return opened;
}
const post = (bytes: number) => `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${bytes}\r\n\r\n`;
const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;

describe("a connection", () => {
  it("ends when its body stands still, or comes in crumbs", async () => {
    const port = await start();
    const still = await open(port, `${post(50_000)}x`);
    const crumbs = await open(port, post(50_000));
    const dripping = setInterval(() => crumbs.socket.write("x"), 20);
    await Promise.all([still.ended, crumbs.ended]);
    clearInterval(dripping);
    expect(still.received() + crumbs.received()).toBe(0);
  });

  it("goes on when its body comes as slowly as a slow line brings it", async () => {
    const port = await start();
    const slow = await open(port, post(60_000));
    // 30 kB/s, for twice as long as a body may stand still.
    for (let sent = 0; sent < 60_000; sent += 3_000) {
      slow.socket.write(Buffer.alloc(3_000));
      await pause(100);
    }
    await expect.poll(slow.received).toBeGreaterThan(0);
  });

  it("ends when nobody reads its answer, and not while somebody reads it slowly", async () => {
    const port = await start();
    const [stuck, slow] = [await open(port), await open(port)];
    stuck.socket.pause();
    stuck.socket.write(get("/large"));
    slow.socket.write(get("/large"));
    const reading = setInterval(() => {
      slow.socket.resume();
      setImmediate(() => slow.socket.pause());
    }, 20);
    await new Promise<void>((resolve) => {
      const look = setInterval(() => {
        server?.getConnections((_error, count) => {
          if (count > 1) return;
          clearInterval(look);
          resolve();
        });
      }, 20);
    });
    clearInterval(reading);
    slow.socket.resume();
    await expect.poll(slow.received, { timeout: 10_000 }).toBeGreaterThan(answerBytes);
    // It was never told, since it does not read; what is left of it is what the system had taken.
    stuck.socket.resume();
    await stuck.ended;
    expect(stuck.received()).toBeLessThan(answerBytes);
  }, 30_000);
});

describe("an address block", () => {
  it("that is full ends its idle connections first, then those that are still sending", async () => {
    const port = await start();
    const waiting = await open(port, get("/wait"));
    const sending = await open(port, `${post(50_000)}x`);
    const idle = await open(port);
    let isWaiting = true;
    waiting.socket.once("close", () => {
      isWaiting = false;
    });
    const first = await open(port, get("/wait"));
    await idle.ended;
    await open(port, get("/wait"));
    await sending.ended;
    const refused = await open(port, get("/"));
    await refused.ended;
    expect(refused.received()).toBe(0);
    expect(isWaiting).toBe(true);
    first.socket.destroy();
    await first.ended;
    await expect
      .poll(async () => {
        const again = await open(port, get("/"));
        await pause(20);
        return again.received();
      })
      .toBeGreaterThan(0);
  });

  it("that is full ends the answer that is unread for longest before it refuses a newcomer", async () => {
    const port = await start();
    const unread = await openUnread(port);
    await openUnread(port);
    await open(port, get("/wait"));
    const newcomer = await open(port, get("/"));
    await expect.poll(newcomer.received).toBeGreaterThan(0);
    unread.socket.resume();
    await unread.ended;
  });

  it("with few connections gets one of the block that has most, when all are taken", async () => {
    const port = await start(({ remoteAddress }) => remoteAddress, {
      ...limits,
      connectionsMax: 3,
    });
    const oldest = await open(port, get("/wait"));
    const others = [await open(port, get("/wait")), await open(port, get("/wait"))];
    await expect.poll(() => asked).toBe(3);
    const first = await open(port, get("/"), "127.0.0.2");
    await oldest.ended;
    await expect.poll(first.received).toBeGreaterThan(0);
    // Its idle neighbour goes first, and then nothing of a block that has no more than they.
    await open(port, get("/wait"));
    await first.ended;
    await expect.poll(() => asked).toBe(5);
    const refused = await open(port, get("/"));
    await refused.ended;
    expect(refused.received()).toBe(0);
    expect(others.every(({ socket }) => !socket.destroyed)).toBe(true);
  });

  it("is not that of a proxy of ours, behind which many people are", async () => {
    const port = await start(() => undefined);
    const many = Array.from({ length: 2 * limits.perBlockMax }, () => open(port, get("/")));
    const opened = await Promise.all(many);
    await expect.poll(() => opened.every(({ received }) => received() > 0)).toBe(true);
  });
});
