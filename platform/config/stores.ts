import { isProduction } from "./application.js";
import { anything, isPlaceholder, port, url } from "./environment.js";
import { eventStoreUrl } from "./eventStoreUrl.js";
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

function hasOwnPassword(databaseUrl: string): boolean {
  const { password } = new URL(databaseUrl);
  return password !== "" && !isPlaceholder(decodeURIComponent(password));
}

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
      complain("url", "must hold a password of your own in production");
    }
    return made ?? "";
  },
);

export const stores = {
  eventStoreUrl: setting("EVENTSTORE_URL", eventStoreUrl),
  databaseUrl,
  redisUrl: setting("REDIS_URL", url("redis", "rediss")),
  blobUrl: setting("BLOB_URL", url("file")),
};
