import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { BusyError } from "../commands/handle.js";
import { DomainError } from "../domain/errors.js";
import { TooNewEventError } from "../domain/ledger.js";
import { epochMs, nextMidnight } from "../domain/time.js";
import { AudioCheckBusyError } from "../platform/audio/audioCheck.js";
import { FfmpegError } from "../platform/audio/ffmpeg.js";
import { PasswordsBusyError } from "../platform/keys/passwordsBusy.js";
import { ProviderDownError } from "../platform/payments/providerDown.js";
import type { Clock } from "../platform/process/clock.js";
import { isOutage } from "../platform/process/outage.js";
import { Refusal } from "../platform/process/refusal.js";
import { PersonErasedError, UnknownKeyError } from "../platform/vault/vault.js";
import { ApiError, statusOf } from "./errorCodes.js";

const retrySeconds = 2;
/** A maintainer has to restore something first. */
const restoredSeconds = 600;
/** Headers that a route may have set for the answer that it did not get to. */
const ofTheAnswer = ["content-disposition", "content-range", "accept-ranges", "etag", "location"];

/** One sentence for everything we did not expect: the log knows more, the caller need not. */
export const createErrorHandler =
  (clock: Clock) => (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
    const answer = toApiError(error, clock.now());
    const status = statusOf(answer.code);
    if (status >= 500) request.log.error({ err: error, code: answer.code }, "request failed");
    // Also where the answer that failed might have been kept, or was no JSON.
    for (const name of ofTheAnswer) reply.removeHeader(name);
    reply.header("cache-control", "no-store").type("application/json; charset=utf-8");
    if (answer.retryAfterSeconds !== undefined)
      reply.header("retry-after", answer.retryAfterSeconds);
    // What else they ask is not even read. A body that still comes would reset the answer on its way.
    if (answer.code === "RATE_LIMITED" && request.raw.complete) {
      reply.header("connection", "close");
    }
    return reply.code(status).send(errorBody(answer));
  };

export function errorBody({ code, message, field }: ApiError) {
  return { success: false, error: { code, message, ...(field !== undefined && { field }) } };
}

function toApiError(error: FastifyError | Error, now: string): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof DomainError) return fromDomain(error, now);
  if (hasZodFastifySchemaValidationErrors(error)) return fromValidation(error);
  if (error instanceof PersonErasedError) {
    return new ApiError("INVALID_CREDENTIALS", "This account no longer exists.");
  }
  if (isBusy(error)) {
    return new ApiError("BUSY", error.message, { retryAfterSeconds: retrySeconds });
  }
  if (error instanceof TooNewEventError) {
    const message = "This server is being upgraded. Try again shortly.";
    return new ApiError("UNAVAILABLE", message, { retryAfterSeconds: retrySeconds });
  }
  if (error instanceof UnknownKeyError) {
    const message =
      "What this needs can't be read at the moment. It is not erased, and the maintainers are told.";
    return new ApiError("UNAVAILABLE", message, { retryAfterSeconds: restoredSeconds });
  }
  if (isDependencyDown(error)) {
    const message = "Something this server depends on is down. Try again shortly.";
    return new ApiError("UNAVAILABLE", message, { retryAfterSeconds: retrySeconds });
  }
  return fromFastify(error);
}

const isBusy = (error: Error): boolean =>
  error instanceof BusyError ||
  error instanceof AudioCheckBusyError ||
  error instanceof PasswordsBusyError;

const isDependencyDown = (error: Error): boolean =>
  error instanceof FfmpegError ||
  error instanceof ProviderDownError ||
  error instanceof Refusal || // Whoever runs the server can mend it; the caller can only wait.
  isOutage(error);

function fromDomain(error: DomainError, now: string): ApiError {
  const { code, message, field } = error;
  if (code !== "DAILY_LIMIT_EXCEEDED" && code !== "TOO_MANY_CHANGES") {
    return new ApiError(code, message, field === undefined ? {} : { field });
  }
  const seconds = Math.ceil((epochMs(nextMidnight(now)) - epochMs(now)) / 1000);
  return new ApiError(error.code, error.message, { retryAfterSeconds: seconds });
}

interface Invalid {
  readonly validation: readonly {
    readonly instancePath: string;
    readonly message?: string | undefined;
  }[];
}

/** `/preferred_stems/0` is field `preferred_stems` and code INVALID_PREFERRED_STEMS. */
function fromValidation({ validation }: Invalid): ApiError {
  const [first] = validation;
  const field = first?.instancePath.split("/")[1] ?? "";
  const message = first?.message ?? "This value is not allowed.";
  if (field === "") return new ApiError("INVALID_REQUEST", message);
  const name = field.replace(/[^a-zA-Z0-9]/g, "_").toUpperCase() as Uppercase<string>;
  return new ApiError(`INVALID_${name}`, message, { field });
}

/** Codes of Fastify's own errors: fastify/lib/errors.js. */
function fromFastify(error: FastifyError | Error): ApiError {
  const { code = "", statusCode } = error as Partial<FastifyError>;
  switch (code) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return fromStatus(413);
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return new ApiError("UNSUPPORTED_MEDIA_TYPE", "Send the body as application/json.");
    case "FST_ERR_CTP_INVALID_CONTENT_LENGTH":
      return new ApiError("MALFORMED_JSON", "The body's length differs from Content-Length.");
    default:
      // Those of the files of /docs say whether they may be shown: a provider's status is not ours.
      return code.startsWith("FST_") || "expose" in error ? fromStatus(statusCode) : internal();
  }
}

const internal = (): ApiError =>
  new ApiError("INTERNAL", "Something went wrong on our side. It has been logged.");

/** In our words, what a library refused by its status only. */
export function fromStatus(status: number | undefined): ApiError {
  switch (status) {
    case 403:
    case 404:
      return new ApiError("NOT_FOUND", "Nothing exists at this address. See /docs for the API.");
    case 408:
      return new ApiError("REQUEST_TIMEOUT", "The request took too long to arrive. Send it again.");
    case 412:
      return new ApiError("PRECONDITION_FAILED", "The file is not as `If-Match` says.");
    case 413:
      return new ApiError("BODY_TOO_LARGE", "The body is larger than this route takes.");
    case 414:
      return new ApiError(
        "URL_TOO_LONG",
        "The URL is longer than any of ours. Send data in a body.",
      );
    case 416:
      return new ApiError("RANGE_NOT_SATISFIABLE", "The file has no such range.");
    case 431:
      return new ApiError("HEADERS_TOO_LARGE", "The headers are too large. Send less of them.");
    default:
      return status !== undefined && status >= 400 && status < 500
        ? new ApiError("MALFORMED_REQUEST", "This is not HTTP as this server understands it.")
        : internal();
  }
}
