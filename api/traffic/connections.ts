import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

export interface ConnectionLimits {
  readonly connectionsMax: number;
  readonly perBlockMax: number;
  /** While a body is on its way to us, so much has to come in so much time, again and again. */
  readonly read: { readonly bytesMin: number; readonly msMax: number };
  /** So long may an answer lie here without any of it going out; more where one piece is large. */
  readonly write: { readonly msMax: number; readonly bytesPerSecondMin: number };
  readonly lookEveryMs: number;
}

interface Progress {
  readonly at: number;
  readonly bytes: number;
}

interface Connection {
  readonly socket: Socket;
  /** Undefined for our own proxies, behind which many people are. */
  readonly block: string | undefined;
  request?: IncomingMessage;
  response?: ServerResponse;
  idleSince: number;
  read: Progress;
  written: Progress;
}

/**
 * Ends connections that are slow on purpose, and keeps each address block to its share. Whoever is
 * full makes room by what is of least use: the connection that is idle longest, then the one whose body
 * takes longest to come, then the one whose answer nobody reads. A block does so among its own, and the
 * process in the block that has most. So nobody is kept out by others that only hold on.
 */
export class Connections {
  readonly #limits: ConnectionLimits;
  readonly #blockOf: (socket: Socket) => string | undefined;
  readonly #open = new Map<Socket, Connection>();
  readonly #counts = new Map<string, number>();

  constructor(limits: ConnectionLimits, blockOf: (socket: Socket) => string | undefined) {
    this.#limits = limits;
    this.#blockOf = blockOf;
  }

  watch(server: Server): void {
    server.on("connection", (socket) => this.#begin(socket));
    server.on("request", (request, response) => this.#serve(request, response));
    const timer = setInterval(() => this.#look(performance.now()), this.#limits.lookEveryMs);
    timer.unref();
    server.once("close", () => clearInterval(timer));
  }

  #begin(socket: Socket): void {
    const at = performance.now();
    const block = this.#blockOf(socket);
    if (!this.#hasRoomFor(block)) {
      socket.destroy();
      return;
    }
    const none = { at, bytes: 0 };
    this.#open.set(socket, { socket, block, idleSince: at, read: none, written: none });
    if (block !== undefined) this.#counts.set(block, (this.#counts.get(block) ?? 0) + 1);
    socket.once("close", () => this.#forget(socket));
  }

  #hasRoomFor(block: string | undefined): boolean {
    const { connectionsMax, perBlockMax } = this.#limits;
    const own = this.#countOf(block);
    if (block !== undefined && own >= perBlockMax)
      return this.#endOne(this.#ofBlock(block), leastUseful);
    if (this.#open.size < connectionsMax) return true;
    const largest = this.#largestBlock();
    const others = this.#ofBlock(largest);
    // Whoever has few connections gets one of those who have many, also of those that wait for us.
    const mayEndWaiting = largest !== undefined && this.#countOf(largest) > own + 1;
    return (
      this.#endOne(others, leastUseful) ||
      this.#endOne([...this.#open.values()], leastUseful) ||
      (mayEndWaiting && this.#endOne(others, [() => true]))
    );
  }

  #countOf(block: string | undefined): number {
    return block === undefined ? 0 : (this.#counts.get(block) ?? 0);
  }

  #ofBlock(block: string | undefined): readonly Connection[] {
    return [...this.#open.values()].filter((each) => each.block === block);
  }

  #largestBlock(): string | undefined {
    let largest: string | undefined;
    for (const block of this.#counts.keys()) {
      if (this.#countOf(block) > this.#countOf(largest)) largest = block;
    }
    return largest;
  }

  /** Of the first kind that there is, the one that is so for longest. False when there is none. */
  #endOne(connections: readonly Connection[], kinds: readonly Kind[]): boolean {
    for (const isOfKind of kinds) {
      const ofKind = connections.filter(isOfKind);
      if (ofKind.length === 0) continue;
      const { socket } = ofKind.reduce((one, other) => (since(other) < since(one) ? other : one));
      this.#forget(socket);
      socket.destroy();
      return true;
    }
    return false;
  }

  #forget(socket: Socket): void {
    const { block } = this.#open.get(socket) ?? {};
    this.#open.delete(socket);
    if (block === undefined) return;
    const count = (this.#counts.get(block) ?? 0) - 1;
    if (count > 0) this.#counts.set(block, count);
    else this.#counts.delete(block);
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const connection = this.#open.get(request.socket);
    if (connection === undefined) return;
    Object.assign(connection, { request, response });
    response.once("close", () => {
      if (connection.response !== response) return;
      delete connection.response;
      connection.idleSince = performance.now();
    });
  }

  #look(now: number): void {
    for (const connection of this.#open.values()) {
      if (this.#sendsTooSlowly(connection, now) || this.#readsTooSlowly(connection, now)) {
        connection.socket.destroy();
      }
    }
  }

  #sendsTooSlowly(connection: Connection, now: number): boolean {
    const { socket, read } = connection;
    const { bytesMin, msMax } = this.#limits.read;
    const bytes = socket.bytesRead;
    const isWell = !isSending(connection) || bytes - read.bytes >= bytesMin;
    if (isWell) connection.read = { at: now, bytes };
    return !isWell && now - read.at > msMax;
  }

  #readsTooSlowly(connection: Connection, now: number): boolean {
    const { socket, written } = connection;
    const { msMax, bytesPerSecondMin } = this.#limits.write;
    const waiting = socket.writableLength;
    // What is counted as written is with the system only once it waits here no more.
    const bytes = socket.bytesWritten - waiting;
    const isWell = waiting === 0 || bytes > written.bytes;
    if (isWell) connection.written = { at: now, bytes };
    return !isWell && now - written.at > msMax + (1000 * waiting) / bytesPerSecondMin;
  }
}

type Kind = (connection: Connection) => boolean;

const isSending: Kind = ({ request }) => request?.complete === false;
const isUnread: Kind = ({ socket }) => socket.writableLength > 0;

/** What is ended to make room, the least useful kind first. What waits for our answer is none of them. */
const leastUseful: readonly Kind[] = [
  ({ response }) => response === undefined,
  isSending,
  isUnread,
];

/** Since when nothing of its answer has gone out, or since when it was not idle. */
const since = (connection: Connection): number =>
  isUnread(connection) ? connection.written.at : connection.idleSince;
