import { isIP } from "node:net";
import { anything, list, port, readOrigin } from "./environment.js";
import { rateLimits } from "./rateLimits.js";
import { setting } from "./settings.js";

const cidr = list("IP addresses or CIDR blocks", (block) => {
  const [address = "", bits, ...rest] = block.split("/");
  const version = isIP(address);
  const bitsMax = version === 4 ? 32 : 128;
  const isBlock = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= bitsMax);
  return version !== 0 && isBlock && rest.length === 0 ? block : undefined;
});

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
