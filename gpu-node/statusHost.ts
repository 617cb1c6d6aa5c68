import { isIP } from "node:net";

/** Listening there is listening at every address of the machine. */
const everyAddress: readonly string[] = ["0.0.0.0", "::"];

/**
 * Whether a request is meant for this machine: its `Host` names loopback or where we listen. A page of
 * another site can let its own name lead to loopback (DNS rebinding); its requests still say that name,
 * and a name made for that is never an address.
 */
export function isMeantForUs(hostHeader: string | undefined, listensAt: string): boolean {
  const host = hostOf(hostHeader);
  if (host === undefined) return false;
  if (host === "localhost" || host === "::1" || /^127\.[\d.]+$/.test(host)) return true;
  return host === listensAt.toLowerCase() || (everyAddress.includes(listensAt) && isIP(host) !== 0);
}

/** In one spelling, without port and brackets. */
function hostOf(header: string | undefined): string | undefined {
  if (header === undefined || !URL.canParse(`http://${header}`)) return undefined;
  return new URL(`http://${header}`).hostname.replace(/^\[|\]$/g, "");
}
