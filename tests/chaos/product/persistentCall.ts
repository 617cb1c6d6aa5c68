import { setTimeout as pause } from "node:timers/promises";

/** An answer whose body has come as a whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
  /** `data`, and the code of an error, as far as it is JSON. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly code: string | undefined;
}

export interface Call {
  readonly method: "GET" | "POST" | "DELETE";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON as text. */
  readonly body?: string;
  readonly timeoutMs?: number;
}

const timeoutMsDefault = 20_000;
const retryMs = 300;
const attemptsMax = 600;
/** Wait, and say it again: nobody refused it for what it says. */
const passing = new Set([429, 500, 502, 503]);

/** One call; rejects when no whole answer came. */
export async function callOnce(call: Call): Promise<Answer> {
  const { method, url, headers = {}, body, timeoutMs = timeoutMsDefault } = call;
  const response = await fetch(url, {
    method,
    headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
    ...(body !== undefined && { body }),
    signal: AbortSignal.timeout(timeoutMs),
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  const isJson = response.headers.get("content-type")?.includes("json") ?? false;
  const json = isJson && bytes.length > 0 ? JSON.parse(bytes.toString()) : {};
  const { status } = response;
  return {
    status,
    headers: response.headers,
    bytes,
    data: json.data ?? {},
    code: json.error?.code,
  };
}

/** Sends the same until somebody answers for good. @throws Error when that takes too long */
export async function callUntilAnswered(call: Call): Promise<Answer> {
  let last: unknown;
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    try {
      const answer = await callOnce(call);
      const isFinal = !passing.has(answer.status) || answer.code === "GENERATION_FAILED";
      if (isFinal) return answer;
      last = answer.code;
    } catch (error) {
      last = error;
    }
    await pause(retryMs);
  }
  throw new Error(`${call.method} ${call.url} got no answer for good.`, { cause: last });
}
