import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  areUsersKnown,
  findOwnPeers,
  type Place,
  peersOf,
  portOf,
} from "../../eventstore/access/ownPeers.js";
import { ownUserGate } from "../../eventstore/access/ownUserGate.js";

const place = { address: "127.0.0.1", port: 2113 } as const;
const row = (ends: string, state: string, owner: string): string =>
  `   3: ${ends} ${state} 00000000:00000000 02:000A0B0C 00000000 ${owner} 2 0000000 20 4 30 10 -1   \n`;
const ends = "0100007F:9C40 0100007F:0841";
const mapped = "0000000000000000FFFF00000100007F";

describe("the kernel's table of connections", () => {
  it.each([
    ["a connection of this user", row(ends, "01", " 1000        0 4711"), [40_000]],
    [
      "one by a socket of version 6",
      row(`${mapped}:9C40 ${mapped}:0841`, "01", " 1000        0 4711"),
      [40_000],
    ],
    ["another user's", row(ends, "01", " 1001        0 4711"), []],
    ["a user's whose number ends alike", row(ends, "01", "11000        0 4711"), []],
    ["one that its client is closing", row(ends, "04", " 1000        0 4711"), []],
    ["one that nobody holds any more", row(ends, "01", " 1000        0 0"), []],
    ["to another port", row("0100007F:9C40 0100007F:0842", "01", " 1000        0 4711"), []],
    ["from another address", row("0200007F:9C40 0100007F:0841", "01", " 1000        0 4711"), []],
    ["our end of it", row("0100007F:0841 0100007F:9C40", "01", " 1000        0 4711"), []],
  ])("tells %s", (_, rows, ports) => {
    expect(peersOf(1000, place, rows)).toEqual(ports);
  });
});

describe.skipIf(!(await areUsersKnown()))("the gate for this user's connections", () => {
  async function connection(): Promise<{ readonly here: Place; readonly socket: Socket }> {
    const server = createServer({ pauseOnConnect: true });
    await once(server.listen(0, place.address), "listening");
    const here = { ...place, port: portOf(server) };
    const client = connect(here.port, here.address);
    onTestFinished(() => {
      client.destroy();
      server.close();
    });
    const [socket] = await once(server, "connection");
    return { here, socket };
  }

  it("finds the ports that they come from", async () => {
    const { here, socket } = await connection();
    expect([...(await findOwnPeers(here))]).toEqual([socket.remotePort]);
  });

  it("asks who is there after it has read the table: a port may have changed hands", async () => {
    const { here, socket } = await connection();
    const peers = [...(await findOwnPeers(here))];
    let isAsked = false;
    const get = (): number | undefined => {
      isAsked = true;
      return peers[0];
    };
    Object.defineProperty(socket, "remotePort", { get });
    await new Promise<void>((resolve, reject) => {
      ownUserGate(here, { letIn: () => resolve(), turnAway: reject })(socket);
      expect(isAsked).toBe(false);
    });
    expect(isAsked).toBe(true);
  });
});
