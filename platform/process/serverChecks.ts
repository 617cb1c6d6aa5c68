import type { Kysely } from "kysely";
import type { EventStore } from "../eventStore/eventStore.js";
import { pingDatabase } from "../mysql/database.js";
import { pingRedis, type RedisClient } from "../redis/connection.js";
import type { Checks } from "./checks.js";

interface Servers<Tables> {
  readonly store: EventStore;
  readonly db: Kysely<Tables>;
  readonly redis: RedisClient;
}

/** What every process of ours needs. */
export const serverChecks = <Tables>({ store, db, redis }: Servers<Tables>): Checks => ({
  "event store": () => store.askLeader(),
  mysql: () => pingDatabase(db),
  redis: () => pingRedis(redis),
});
