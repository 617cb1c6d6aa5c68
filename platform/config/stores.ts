import { anything, consent, port, text, url } from "./environment.js";
import { eventStoreUrl } from "./eventStoreUrl.js";
import { isProduction } from "./production.js";
import { isOwnPassword, passwordOf } from "./secrets.js";
import { combine, setting } from "./settings.js";

interface DatabaseParts {
  readonly url: string | undefined;
  readonly host: string | undefined;
  readonly port: number;
  readonly name: string | undefined;
  readonly user: string | undefined;
  readonly password: string | undefined;
}

/** DATABASE_URL, or one made of the parts; undefined when neither is complete. */
function databaseUrlOf(given: DatabaseParts): string | undefined {
  const { host, name, user, password = "" } = given;
  if (given.url !== undefined) return given.url;
  if (host === undefined || name === undefined || user === undefined) return undefined;
  const login = [user, password].map(encodeURIComponent).join(":");
  return `mysql://${login}@${host}:${given.port}/${encodeURIComponent(name)}`;
}

const hasOwnPassword = (address: string): boolean => isOwnPassword(passwordOf(address) ?? "");
const ownPassword = "must hold a password of your own in production, one that nobody can guess";

const databaseUrl = combine(
  {
    isProduction,
    url: setting("DATABASE_URL", url("mysql").optional()),
    host: setting("DB_HOST", anything.optional()),
    port: setting("DB_PORT", port.default(3306)),
    name: setting("DB_NAME", anything.optional()),
    user: setting("DB_USER", anything.optional()),
    password: setting("DB_PASS", anything.optional()),
  },
  (given, complain) => {
    const made = databaseUrlOf(given);
    if (made === undefined) {
      complain("url", "must be set, or DB_HOST, DB_NAME, DB_USER and DB_PASS in its place");
    } else if (given.isProduction && !hasOwnPassword(made)) {
      complain("url", ownPassword);
    }
    return made ?? "";
  },
);

/** The client sends no login without TLS, and whoever can reach the store could write to it. */
const storeUrl = combine(
  {
    isProduction,
    address: setting("EVENTSTORE_URL", eventStoreUrl),
    isOpen: setting("EVENTSTORE_INSECURE", consent),
  },
  (given, complain) => {
    const { address } = given;
    const password = passwordOf(address);
    if (given.isProduction && !given.isOpen && /[?&]tls=false\b/.test(address)) {
      complain("address", "must use TLS in production, unless EVENTSTORE_INSECURE is yes");
    } else if (given.isProduction && password !== undefined && !isOwnPassword(password)) {
      complain("address", ownPassword);
    }
    return address;
  },
);

const redisUrl = combine(
  { isProduction, address: setting("REDIS_URL", url("redis", "rediss")) },
  (given, complain) => {
    if (given.isProduction && !hasOwnPassword(given.address)) complain("address", ownPassword);
    return given.address;
  },
);

export const stores = {
  eventStoreUrl: storeUrl,
  databaseUrl,
  redisUrl,
  blobUrl: setting("BLOB_URL", url("file")),
  erasuresFile: setting("ERASURES_FILE", text("the path of a file")),
};
