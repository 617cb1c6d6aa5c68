import { type IncomingMessage, type Server, ServerResponse, STATUS_CODES } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { second } from "../domain/limits.js";
import { newId } from "../platform/ids.js";
import type { AppDependencies } from "./dependencies.js";
import { ApiError, statusOf } from "./errorCodes.js";
import { errorBody, fromStatus } from "./errorHandler.js";
import { methodNotAllowed, methodsKnown } from "./routeMethods.js";
import { secure, securityHeaders } from "./securityHeaders.js";

/** What is still on its way to us must not make the connection end before the answer is read. */
const lingerMs = second;

/** Text such as `PURGE /path HTTP/1.1`: only its method is unknown to Node's parser. */
const requestLineForm = /^[A-Za-z!#$%&'*+.^_`|~0-9-]{1,32} \S+ HTTP\/1\.[01]\r?\n/;

/** Counted in by Node with the headers, so that it is too large before we see it. */
const longUrlForm = /^[A-Z]+ [^\r\n]{8192}/;

type Telling = Pick<AppDependencies, "log" | "refusals" | "blockHash">;

interface ParserError extends Error {
  readonly code?: string | undefined;
  /** The bytes that were read last. */
  readonly rawPacket?: unknown;
}

/**
 * Answers in the API's form to what never reaches a route, nor any hook: what is no HTTP, or no HTTP
 * that we speak. Nothing of what came is repeated or logged.
 */
export function answerBeforeRoutes(server: Server, telling: Telling): void {
  const write = (socket: Duplex, error: ApiError): void => writeAnswer(socket, error, telling);
  server.on("checkExpectation", ({ socket }: IncomingMessage) => {
    write(socket, new ApiError("EXPECTATION_FAILED", "Only `Expect: 100-continue` is understood."));
  });
  server.on("connect", (_request: IncomingMessage, socket: Duplex) => {
    write(socket, methodNotAllowed());
  });
}

/** For Node's event `clientError`, which comes while a request is read, and even after one was. */
export const createClientErrorHandler =
  (telling: Telling) =>
  (error: ParserError, socket: Duplex): void => {
    if (error.code === "ECONNRESET" || socket.destroyed || !socket.writable) return;
    if (isBeingAnswered(socket)) socket.destroy();
    else writeAnswer(socket, refusalOf(error), telling);
  };

/** A second answer in the middle of the first would be read as a part of it. Node asks the same way. */
function isBeingAnswered(socket: Duplex): boolean {
  const response: unknown = Reflect.get(socket, "_httpMessage");
  return response instanceof ServerResponse && response.headersSent;
}

function refusalOf({ code, rawPacket }: ParserError): ApiError {
  const start = Buffer.isBuffer(rawPacket) ? rawPacket.toString("latin1") : "";
  switch (code) {
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return fromStatus(408);
    case "HPE_HEADER_OVERFLOW":
      return fromStatus(longUrlForm.test(start) ? 414 : 431);
    case "HPE_CHUNK_EXTENSIONS_OVERFLOW":
      return fromStatus(413);
    case "HPE_INVALID_METHOD":
      return requestLineForm.test(start) ? methodNotAllowed() : fromStatus(400);
    default:
      return fromStatus(400);
  }
}

const fixedHeaders = securityHeaders();

/** Behind a proxy, the proxy's: what is no HTTP does not say from where it comes. */
const addressOf = (socket: Duplex): string =>
  socket instanceof Socket ? (socket.remoteAddress ?? "") : "";

function writeAnswer(socket: Duplex, error: ApiError, { log, refusals, blockHash }: Telling): void {
  // One packet may hold thousands of these.
  if (!socket.writable) return;
  const requestId = newId();
  const status = statusOf(error.code);
  const body = JSON.stringify(errorBody(error));
  const headers = [
    ...fixedHeaders,
    ["x-request-id", requestId],
    ["cache-control", "no-store"],
    ...(error.code === "METHOD_NOT_ALLOWED" ? [["allow", methodsKnown]] : []),
    ["content-type", "application/json; charset=utf-8"],
    ["content-length", String(Buffer.byteLength(body))],
    ["date", new Date().toUTCString()],
    ["connection", "close"],
  ].map(([name, value]) => `${name}: ${value}\r\n`);
  socket.on("error", () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${headers.join("")}\r\n${body}`);
  socket.resume();
  setTimeout(() => socket.destroy(), lingerMs).unref();
  refusals.ofCall(blockHash(addressOf(socket)), status, () =>
    log.info({ requestId, status, code: error.code }, "answered"),
  );
}

/** For a URL that no router can read. Fastify runs no hook for it. */
export const createBadUrlHandler =
  ({ refusals, blockHash }: Telling) =>
  (_error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
    secure(request.raw, reply.raw);
    refusals.ofCall(blockHash(request.ip), 400, () =>
      request.log.info({ status: 400 }, "answered"),
    );
    reply
      .code(400)
      .headers({ "x-request-id": request.id, "cache-control": "no-store" })
      .send(errorBody(fromStatus(400)));
  };
