import { readOrigin, variable } from "./environment.js";

/** Where a payment provider answers. In clear only on this machine, where a stand-in may be. */
export const apiBase = variable("an https:// origin, or http:// on 127.0.0.1", (value) => {
  const origin = readOrigin(value);
  const isLoopback = origin !== undefined && new URL(origin).hostname === "127.0.0.1";
  return origin?.startsWith("https:") || isLoopback ? origin : undefined;
});

/** A stand-in for GitHub, which has no test mode: the token goes to this machine or to GitHub. */
export const graphqlUrl = variable("an http:// URL on 127.0.0.1", (value) => {
  const { protocol, hostname } = URL.canParse(value) ? new URL(value) : {};
  return protocol === "http:" && hostname === "127.0.0.1" ? value : undefined;
});
