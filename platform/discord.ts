import { z } from "zod";
import { second } from "../domain/limits.js";

const hosts = ["discord.com", "discordapp.com", "ptb.discord.com", "canary.discord.com"];
const path = /^\/api\/(v10\/)?webhooks\/\d+\/[\w-]+$/;

/** Is it the URL of a webhook of Discord, and of nobody else? */
export function isDiscordWebhook(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, host, pathname, username, search } = new URL(text);
  const isPlain = username === "" && search === "";
  return protocol === "https:" && hosts.includes(host) && path.test(pathname) && isPlain;
}

export type Posted =
  /** `pauseMs`: Discord takes no more before then. */
  | { readonly kind: "sent"; readonly pauseMs: number }
  | { readonly kind: "wait"; readonly pauseMs: number }
  /** The webhook is no more, and must never be called again. */
  | { readonly kind: "gone" };

export interface DiscordWebhook {
  readonly url: string;
  /** @throws Error when it was not taken and waiting is all one can do; the URL is in no message */
  post(content: string): Promise<Posted>;
}

const timeoutMs = 10 * second;
/** What is longer is cut. */
export const contentCharactersMax = 2000;
const suppressEmbeds = 4;
/** When Discord asks to wait and does not say how long. */
const pauseMsDefault = 5 * second;

const limitSchema = z.object({ retry_after: z.number().nonnegative() });

export const createDiscordWebhook = (url: string): DiscordWebhook => ({
  url,
  async post(content) {
    const response = await fetch(`${url}?wait=true`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        content: content.slice(0, contentCharactersMax),
        allowed_mentions: { parse: [] },
        flags: suppressEmbeds,
      }),
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
    }).catch((error: unknown) => {
      // Its message may hold the URL, which is a secret.
      throw new Error("Discord did not answer.", {
        cause: error instanceof Error ? error.name : undefined,
      });
    });
    const body: unknown = await response.json().catch(() => undefined);
    if (response.status === 404) return { kind: "gone" };
    if (response.status === 429) return { kind: "wait", pauseMs: retryAfterMs(response, body) };
    if (!response.ok) throw new Error(`Discord answered ${response.status}.`);
    return { kind: "sent", pauseMs: pauseAfterMs(response) };
  },
});

/** Seconds, with decimals, in the body or the header. */
function retryAfterMs({ headers }: Response, body: unknown): number {
  const limit = limitSchema.safeParse(body);
  const seconds = limit.success
    ? limit.data.retry_after
    : Number(headers.get("retry-after") ?? "x");
  return Number.isFinite(seconds) ? Math.ceil(seconds * second) : pauseMsDefault;
}

function pauseAfterMs({ headers }: Response): number {
  if (headers.get("x-ratelimit-remaining") !== "0") return 0;
  const seconds = Number(headers.get("x-ratelimit-reset-after") ?? "x");
  return Number.isFinite(seconds) ? Math.ceil(seconds * second) : pauseMsDefault;
}

/** A stranger's text, shown as it is: no format, no link, no line of its own. */
export const escapeMarkdown = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, " ")
    .replace(/[\\`*_{}[\]()#+\-.!|~>:@<&/]/g, (mark) => `\\${mark}`);
