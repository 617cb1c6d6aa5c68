import { setTimeout as pause } from "node:timers/promises";
import { newId, sha256Hex } from "../../../platform/ids.js";
import type { Load } from "./load.js";
import { type Answer, type Call, callUntilAnswered } from "./persistentCall.js";

/** Longer than a call may wait for its loop. */
const waitMs = 150_000;
const lookMs = 400;
const looksMax = 500;

/** What ends a request without a loop, for good. */
const unmade = new Set(["GENERATION_TIMEOUT", "GENERATION_FAILED", "GENERATION_CANCELLED"]);

const asking = ({ url, account, random }: Load, more: Readonly<Record<string, string>>): Call => ({
  method: "POST",
  url: `${url}/api/v1/generate`,
  headers: { "x-api-key": account.apiKey, ...more },
  body: JSON.stringify({
    prompt: `dub techno ${newId()}`,
    generation_duration: 1,
    seed: random.below(1_000_000),
  }),
  timeoutMs: waitMs,
});

/** As a client that names each request, so that it can ask again for the same. */
export async function waitForLoop(load: Load): Promise<void> {
  takeLoop(load, await callUntilAnswered(asking(load, { "idempotency-key": newId() })));
}

/** As the plugin, which names nothing: it sends the same body again. */
export async function askWithoutKey(load: Load): Promise<void> {
  takeLoop(load, await callUntilAnswered(asking(load, {})));
}

/** Answered at once, looked after until it has ended, then fetched. */
export async function followByEvents(load: Load): Promise<void> {
  const headers = { "idempotency-key": newId(), prefer: "respond-async" };
  const { status, code, data } = await callUntilAnswered(asking(load, headers));
  if (status !== 202) throw new Error(`A request was answered with ${status} ${code}.`);
  const id = String(data["request_id"]);
  load.accepted.add({ what: "requested", id });
  if ((await endOf(load, String(data["status_url"]))) !== "completed") return;
  takeLoop(load, await callUntilAnswered(get(load, String(data["audio_url"]))), id);
}

async function endOf(load: Load, path: string): Promise<string> {
  for (let look = 0; look < looksMax; look += 1) {
    const { status, data } = await callUntilAnswered(get(load, path));
    // The read model may be a moment behind the request.
    const state = status === 200 ? String(data["status"]) : "unknown";
    if (!["unknown", "queued", "processing"].includes(state)) return state;
    await pause(lookMs);
  }
  throw new Error(`${path} does not end.`);
}

const get = ({ url, account }: Load, path: string): Call => ({
  method: "GET",
  url: `${url}${path}`,
  headers: { "x-api-key": account.apiKey },
});

function takeLoop({ accepted }: Load, answer: Answer, named?: string): void {
  const { status, code, headers, bytes } = answer;
  if (code !== undefined && unmade.has(code)) return;
  if (status !== 200) throw new Error(`A loop was answered with ${status} ${code}.`);
  const id = named ?? headers.get("x-request-id") ?? "";
  accepted.add({ what: "delivered", id, sha256: sha256Hex(bytes) });
}
