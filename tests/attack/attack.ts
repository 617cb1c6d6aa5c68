import { call } from "../support/account.js";
import type { Installed } from "../support/installed.js";

/** What one attack came to. */
export interface Outcome {
  /** How often it was tried. */
  readonly tried: number;
  /** What should have held and did not, in a sentence each. */
  readonly broke: readonly string[];
  /** Earned by work that is none. */
  readonly units?: number;
}

/** Bounded in count and time by itself; it may leave accounts and nodes, but no connection. */
export interface Attack {
  readonly name: string;
  /** What somebody tries, and why it must not work. */
  readonly tries: string;
  run(target: Installed): Promise<Outcome>;
}

let attackers = 0;

/** As if from an address of its own, behind the proxy that the stack trusts. */
export function fromSomewhere(): Readonly<Record<string, string>> {
  attackers += 1;
  return { "x-forwarded-for": `198.18.${Math.floor(attackers / 250)}.${1 + (attackers % 250)}` };
}

/** An answer that must be; an attack goes on where one is missing. */
export async function statusOf(answer: Promise<Response>): Promise<number> {
  const response = await answer.catch(() => undefined);
  await response?.arrayBuffer().catch(() => undefined);
  return response?.status ?? 0;
}

export const postJson = (
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> =>
  fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...fromSomewhere(), ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(20_000),
  });

/** More than the stack's own node does: the attackers' nodes get what attackers order. */
export const dearRate = 192_000;

/** Orders a loop and goes on. Its id; undefined when the server takes no more. */
export async function order(
  installed: Installed,
  key: string,
  extra: object,
  headers = fromSomewhere(),
): Promise<string | undefined> {
  const body = { prompt: "a loop of an attacker", sample_rate: dearRate, ...extra };
  const asked = { body, key, headers: { ...headers, prefer: "respond-async" } };
  const { status, data } = await call(installed, "POST", "/generate", asked);
  return status === 202 ? String(data["request_id"]) : undefined;
}
