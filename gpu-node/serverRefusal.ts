import { z } from "zod";
import { day, second } from "../domain/limits.js";

/** Whatever a server or a proxy asks for, a node looks again after a day. */
const retryAfterMsMax = day;

/** The server said no; `code` is one of the codes in its documentation. */
export class ServerRefusal extends Error {
  override readonly name = "ServerRefusal";
  readonly code: string;
  readonly status: number;
  /** How long the server asks to be left alone. */
  readonly retryAfterMs: number;
  constructor(
    { status, retryAfterMs = 0 }: { readonly status: number; readonly retryAfterMs?: number },
    code: string,
    message: string,
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The server no longer knows the session: it ended, or the server forgot. The same key registers again. */
export const isSessionLost = (error: unknown): boolean =>
  error instanceof ServerRefusal && error.status === 401 && !isChangedOnTheWay(error);

/** What we signed is not what the server got: something in between changed it. */
export const isChangedOnTheWay = (error: unknown): boolean =>
  error instanceof ServerRefusal && error.code === "INVALID_SIGNATURE";

/** Another machine works with this node's key. */
export const isDisplaced = (error: unknown): boolean =>
  error instanceof ServerRefusal && error.code === "NODE_KEY_IN_USE";

/** Asking again would be answered alike. */
export const isFinal = (error: unknown): boolean =>
  error instanceof ServerRefusal && error.status < 500 && error.status !== 429;

/** A pause of our own choice, or the longer one that the server asked for. */
export const pauseAfter = (error: unknown, ownMs: number): number =>
  Math.max(ownMs, error instanceof ServerRefusal ? error.retryAfterMs : 0);

const errorSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/** A proxy in between may answer in its own words. */
export function refusalOf({ status, headers }: Response, text: string): ServerRefusal {
  const answered = { status, retryAfterMs: readRetryAfter(headers.get("retry-after")) };
  try {
    const { error } = errorSchema.parse(JSON.parse(text));
    return new ServerRefusal(answered, error.code, error.message);
  } catch {
    return new ServerRefusal(answered, "UNKNOWN", `It answered with status ${status}.`);
  }
}

/** Seconds or a date: RFC 9110, 10.2.3. Anything else asks for nothing. */
export function readRetryAfter(value: string | null, nowMs = Date.now()): number {
  if (value === null) return 0;
  const ms = /^\d+$/.test(value) ? Number(value) * second : Date.parse(value) - nowMs;
  return ms > 0 ? Math.min(ms, retryAfterMsMax) : 0;
}
