import ipaddr from "ipaddr.js";

/** Of a URL: as `URL` writes it, in which every spelling of an IPv4 address is the same. */
export const isLoopbackHost = (hostname: string): boolean =>
  hostname === "localhost" || rangeOf(hostname) === "loopback";

/** An address that is never routed on the internet, or a single word, as in a container network. */
export function isPrivateHost(hostname: string): boolean {
  const range = rangeOf(hostname);
  if (range === undefined) return /^[a-z0-9_-]+$/i.test(hostname);
  return ["private", "uniqueLocal", "linkLocal"].includes(range);
}

function rangeOf(hostname: string): string | undefined {
  const address = hostname.replace(/^\[(.*)\]$/, "$1");
  return ipaddr.isValid(address) ? ipaddr.process(address).range() : undefined;
}

/** Nothing goes out in clear, except what stays on this machine. */
export function isSafeUrl(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === "https:" || (protocol === "http:" && isLoopbackHost(hostname));
}
