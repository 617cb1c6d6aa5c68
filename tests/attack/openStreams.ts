import { connect, type Socket } from "node:net";
import { openCallsPerAccountMax, openStreamsPerGenerationMax } from "../../domain/limits.js";
import { call } from "../support/account.js";
import type { Installed } from "../support/installed.js";
import { joinNode } from "../support/testNode.js";
import { type Attack, fromSomewhere, order, statusOf } from "./attack.js";

const accounts = 3;
/** Each opens three streams for each, and more. */
const ordersEach = 12;
const asks = 20;

export const openStreams: Attack = {
  name: "open streams",
  tries: "Orders what waits, opens as many streams of events as there are, reads none, asks on.",
  async run(installed: Installed) {
    // So that what is ordered can wait; it never asks for work.
    await joinNode(installed);
    const keys = await Promise.all(
      Array.from({ length: accounts }, async () => (await installed.makePerson()).apiKey),
    );
    const tallies = await Promise.all(keys.map((key) => flood(installed, key)));
    const broke = tallies.flatMap(({ open }) =>
      open > openCallsPerAccountMax ? [`One account has ${open} streams open.`] : [],
    );
    return { tried: tallies.reduce((sum, { tried }) => sum + tried, 0), broke };
  },
};

/** By one account, from one address. */
async function flood(installed: Installed, key: string) {
  const headers = fromSomewhere();
  const ids: string[] = [];
  for (let n = 0; n < ordersEach; n += 1) {
    const id = await order(installed, key, { prompt: `stream ${n}` }, headers);
    if (id !== undefined) ids.push(id);
  }
  const streams = ids.flatMap((id) =>
    Array.from({ length: openStreamsPerGenerationMax + 1 }, () =>
      openUnread(installed, `/generate/${id}/events`, { ...headers, "x-api-key": key }),
    ),
  );
  try {
    const statuses = await Promise.all(streams.map(({ status }) => status));
    for (let n = 0; n < asks; n += 1) {
      const id = ids[n % ids.length] ?? "";
      await statusOf(
        fetch(`${installed.url}/api/v1/generate/status/${id}`, {
          headers: { ...headers, "x-api-key": key },
          signal: AbortSignal.timeout(20_000),
        }),
      );
    }
    const open = statuses.filter((status) => status === 200).length;
    if (open === 0) throw new Error(`No stream was opened: ${statuses.join(" ")}.`);
    return { tried: ids.length + statuses.length + asks, open };
  } finally {
    for (const { socket } of streams) socket.destroy();
    for (const id of ids) await call(installed, "DELETE", `/generate/${id}`, { key, headers });
  }
}

interface Unread {
  readonly socket: Socket;
  readonly status: Promise<number>;
}

/** Reads what fits into one packet, and then nothing. */
function openUnread(
  { url }: Installed,
  path: string,
  headers: Readonly<Record<string, string>>,
): Unread {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`GET /api/v1${path} HTTP/1.1\r\nHost: x\r\n${lines.join("")}\r\n`);
  const status = new Promise<number>((resolve) => {
    socket.once("data", (first: Buffer) => {
      socket.pause();
      resolve(Number(first.toString("latin1").split(" ")[1]));
    });
    socket.on("error", () => resolve(0)).once("close", () => resolve(0));
  });
  return { socket, status };
}
