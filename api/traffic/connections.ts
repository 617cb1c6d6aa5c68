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
 * Ends connections that are slow on purpose, and keeps each address block to its share. A block that
 * is full makes room by what is of least use to it: its connection that is idle longest, then the one
 * whose body takes longest to come. So nobody is kept out by a neighbour that only holds on.
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
    if (block !== undefined && (this.#counts.get(block) ?? 0) >= perBlockMax) {
      return this.#makeRoom([...this.#open.values()].filter((each) => each.block === block));
    }
    return this.#open.size < connectionsMax || this.#makeRoom([...this.#open.values()]);
  }

  /** False when all of them wait for an answer of ours. */
  #makeRoom(connections: readonly Connection[]): boolean {
    const idle = connections.filter(({ response }) => response === undefined);
    const [least] = (idle.length > 0 ? idle : connections.filter(isSending)).toSorted(
      (one, other) => one.idleSince - other.idleSince,
    );
    if (least === undefined) return false;
    this.#forget(least.socket);
    least.socket.destroy();
    return true;
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

const isSending = ({ request }: Connection): boolean => request?.complete === false;
