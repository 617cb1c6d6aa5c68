import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { Installed } from "../support/installed.js";
import { type Attack, fromSomewhere } from "./attack.js";

const connections = 60;
const bytesEach = 23 * 1024 ** 2;
const pieceBytes = 1024 ** 2;
const lookMs = 20;
const sendMsMax = 6_000;
const holdMs = 2_000;

export const heldMemory: Attack = {
  name: "held memory",
  tries:
    "Sends all of a large body but the last byte, over many connections, without a credential.",
  async run({ url }: Installed) {
    const port = Number(new URL(url).port);
    const sockets = Array.from({ length: connections }, () => connect(port, "127.0.0.1"));
    await Promise.all(sockets.map(sendAlmostAll));
    await pause(holdMs);
    for (const socket of sockets) socket.destroy();
    return { tried: connections, broke: [] };
  },
};

/** Ends early where the server ends it, or no longer reads. */
async function sendAlmostAll(socket: Socket): Promise<void> {
  socket.on("error", () => undefined);
  const address = fromSomewhere()["x-forwarded-for"];
  const head = ["POST /api/v1/certificate/verify HTTP/1.1", "Host: x", "Content-Type: audio/wav"];
  const more = [`Content-Length: ${bytesEach + 1}`, `X-Forwarded-For: ${address}`, "", ""];
  socket.write([...head, ...more].join("\r\n"));
  const piece = Buffer.alloc(pieceBytes, "RIFF");
  const stopAt = performance.now() + sendMsMax;
  for (let sent = 0; sent < bytesEach && socket.writable; sent += piece.length) {
    while (socket.writableNeedDrain && socket.writable) {
      if (performance.now() > stopAt) return;
      await pause(lookMs);
    }
    socket.write(piece);
  }
}
