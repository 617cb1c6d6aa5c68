import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Nearly every client waits for an answer before it asks again. HTTP allows to ask a little ahead. */
export const askedAheadMax = 4;

/** Whatever is held for an answer waits for its end: our hooks, the router's and the streams'. */
const listenersMax = 20;

/**
 * Has the requests of a connection handled one after another. Node hands on all that one packet
 * holds, which may be thousands, at once: who asks so far ahead does not mean to read the answers,
 * and their connection ends. To be called when all listeners for requests are there; `onUnknownNode`
 * when the first connection shows a Node that reads the rest of such a packet all the same.
 */
export function takeTurns(server: Server, onUnknownNode: () => void): void {
  server.once("connection", (socket) => {
    if (findParser(socket) === undefined) onUnknownNode();
  });
  // Node's types know listeners by their event, its lists don't.
  const listeners = server.listeners("request") as RequestListener[];
  server.removeAllListeners("request");
  const lines = new WeakMap<Socket, Line>();
  server.on("request", (request, response) => {
    const { socket } = request;
    const line = lines.get(socket) ?? new Line(socket, listeners);
    lines.set(socket, line);
    line.take({ request, response });
  });
}

interface Turn {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

class Line {
  readonly #socket: Socket;
  readonly #listeners: readonly RequestListener[];
  #isServing = false;
  #waiting: Turn[] = [];

  constructor(socket: Socket, listeners: readonly RequestListener[]) {
    this.#socket = socket;
    this.#listeners = listeners;
  }

  take(turn: Turn): void {
    // What is left of the packet of one who was ended.
    if (this.#socket.destroyed) return;
    if (this.#isServing) this.#queue(turn);
    else this.#serve(turn);
  }

  #queue(turn: Turn): void {
    this.#waiting.push(turn);
    if (this.#waiting.length <= askedAheadMax) return;
    this.#waiting = [];
    readNoFurther(this.#socket);
    this.#socket.destroy();
  }

  #serve({ request, response }: Turn): void {
    this.#isServing = true;
    response.setMaxListeners(listenersMax).once("close", () => this.#goOn());
    for (const listener of this.#listeners) listener(request, response);
  }

  #goOn(): void {
    this.#isServing = false;
    const next = this.#waiting.shift();
    // After an answer that was the last, or that nobody waits for, nothing is begun.
    if (next !== undefined && this.#socket.writable) this.#serve(next);
    else this.#waiting = [];
  }
}

/** Says of the next request, as Node does of an upgrade, that nothing after it is HTTP. */
const nothingFollows = 2;

/**
 * Node would read what it has of the connection to its end, for 20 µs a request; nothing of it is
 * handled either way.
 */
function readNoFurther(socket: Socket): void {
  const parser = findParser(socket);
  if (parser !== undefined) Reflect.set(parser, handler, () => nothingFollows);
}

/** What Node's parser calls for each request. No documented name: other versions may have another. */
const handler = "onIncoming";

function findParser(socket: Socket): object | undefined {
  const parser: unknown = Reflect.get(socket, "parser");
  if (!(parser instanceof Object)) return undefined;
  return typeof Reflect.get(parser, handler) === "function" ? parser : undefined;
}
