import type { Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { lookupPauseMs, lookupsWaitingMax } from "../limits.js";
import { findOwnPeers, type Place } from "./ownPeers.js";

interface Ways {
  readonly letIn: (socket: Socket) => void;
  readonly turnAway: (socket: Socket) => void;
}

/**
 * Takes connections from which nothing has been read yet, and lets in those that this user opened.
 * One look at the kernel's table serves all that came before it, and whoever is turned away delays
 * the next one: so a flood of connections costs little.
 */
export function ownUserGate(place: Place, ways: Ways): (socket: Socket) => void {
  let waiting: Socket[] = [];
  let looking = Promise.resolve();
  const look = async (): Promise<void> => {
    const sockets = waiting;
    waiting = [];
    const strangers = await sort(sockets, place, ways);
    if (strangers > 0) await pause(lookupPauseMs);
  };
  return (socket) => {
    socket.on("error", () => undefined);
    if (waiting.length >= lookupsWaitingMax) socket.destroy();
    else if (waiting.push(socket) === 1) looking = looking.then(look);
  };
}

/** Returns how many were turned away. Where the kernel says nothing, clients may try again. */
async function sort(sockets: readonly Socket[], place: Place, ways: Ways): Promise<number> {
  const peers = await findOwnPeers(place).catch(() => undefined);
  let strangers = 0;
  for (const socket of sockets) {
    if (peers === undefined) socket.destroy();
    else if (isFrom(socket, place, peers)) ways.letIn(socket);
    else {
      strangers += 1;
      ways.turnAway(socket);
    }
  }
  return strangers;
}

/**
 * Node asks the kernel for the other end when it is first asked itself, and that must be after the
 * look at the table: if our end is whole now, it was whole then, so that row was this connection's
 * and not that of another one which came from the same port a moment later.
 */
function isFrom(socket: Socket, { address }: Place, peers: ReadonlySet<number>): boolean {
  const { remoteAddress, remotePort } = socket;
  return remoteAddress === address && remotePort !== undefined && peers.has(remotePort);
}
