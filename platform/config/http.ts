import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { anything, list, port, readOrigin } from "./environment.js";
import { rateLimits } from "./rateLimits.js";
import { setting } from "./settings.js";

/** Whoever is in such a block can claim any address, so it must not be half of the internet. */
const prefixMin = { ipv4: 8, ipv6: 16 };

const cidr = list("IP addresses or CIDR blocks of your own proxies", (block) => {
  const [address = "", bits, ...rest] = block.split("/");
  const version = isIP(address);
  const bitsMax = version === 4 ? 32 : 128;
  const isBlock = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= bitsMax);
  if (version === 0 || !isBlock || rest.length > 0) return undefined;
  return isNarrow(address, Number(bits ?? bitsMax)) ? block : undefined;
});

function isNarrow(text: string, bits: number): boolean {
  const written = ipaddr.parse(text);
  const address = ipaddr.process(text); // One of version 4 may be written as one of version 6.
  const prefix = written.kind() === address.kind() ? bits : bits - 96;
  if (address.range() === "uniqueLocal") return prefix >= 7;
  return prefix >= prefixMin[address.kind()];
}

/** "*" or origins. Credentials are never allowed across origins, so "*" opens nothing private. */
const origins = list("* or origins such as https://example.org", (origin) =>
  origin === "*" ? origin : readOrigin(origin),
);

export const http = {
  host: setting("HOST", anything.default("127.0.0.1")),
  port: setting("PORT", port.default(8000)),
  trustProxy: setting("TRUST_PROXY", cidr.default([])),
  corsAllowedOrigins: setting("CORS_ALLOWED_ORIGINS", origins.default([])),
  rateLimits: setting("RATE_LIMITS", rateLimits.default([])),
};

export const metrics = {
  host: setting("METRICS_HOST", anything.default("127.0.0.1")),
  port: setting("METRICS_PORT", port.default(9464)),
};
