import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { EventStoreDBClient } from "@eventstore/db-client";
import { sql } from "kysely";
import { openDatabase } from "../../../platform/mysql/database.js";
import { openRedis } from "../../../platform/redis/connection.js";
import type { Installed } from "../../support/installed.js";
import type { Place } from "./canaries.js";

const fileBytesMax = 512 * 1024 ** 2;

/** Everything that is left behind: files, what the databases say, numbers, and command lines. */
export async function allPlaces(installed: Installed): Promise<readonly Place[]> {
  const { redisUrl } = installed.config;
  return [
    ...(await redisPlaces(redisUrl)),
    ...(await tablePlaces(installed)),
    ...(await eventPlaces(installed)),
    ...(await metricPlaces(installed)),
    ...commandLines(installed),
    ...filePlaces(installed.folder),
  ];
}

function filePlaces(folder: string): Place[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ name: `file:${relative(folder, path)}`, bytes: readFileSync(path) }))
    .filter(({ bytes }) => bytes.length < fileBytesMax);
}

/** What Redis holds, which is in its memory in clear, and is written to a file meanwhile. */
async function redisPlaces(url: string): Promise<Place[]> {
  const redis = openRedis(url, "request");
  try {
    await redis.call("SAVE");
    const keys = await redis.keys("*");
    return await Promise.all(
      keys.map(async (key) => ({
        name: `redis:${key}`,
        bytes: Buffer.concat([Buffer.from(key), await everythingAt(redis, key)]),
      })),
    );
  } finally {
    redis.disconnect();
  }
}

async function everythingAt(redis: ReturnType<typeof openRedis>, key: string): Promise<Buffer> {
  switch (await redis.type(key)) {
    case "hash":
      return Buffer.from(JSON.stringify(await redis.hgetall(key)));
    case "set":
      return Buffer.from(JSON.stringify(await redis.smembers(key)));
    case "zset":
      return Buffer.from(JSON.stringify(await redis.zrange(key, "0", "-1")));
    case "list":
      return Buffer.from(JSON.stringify(await redis.lrange(key, 0, -1)));
    case "stream":
      return Buffer.from(JSON.stringify(await redis.xrange(key, "-", "+")));
    default:
      return (await redis.getBuffer(key)) ?? Buffer.alloc(0);
  }
}

async function tablePlaces({ config }: Installed): Promise<Place[]> {
  const places: Place[] = [];
  for (const area of ["read", "ops", "vault"] as const) {
    const db = openDatabase<object>(config.databaseUrl, area);
    const { rows: tables } = await sql<Record<string, string>>`show tables`.execute(db);
    for (const table of tables.flatMap((row) => Object.values(row))) {
      const { rows } = await sql`select * from ${sql.table(table)}`.execute(db);
      places.push({ name: `mysql:${area}.${table}`, bytes: textOf(rows) });
    }
    await db.destroy();
  }
  return places;
}

/** Columns of bytes as they are. */
const textOf = (rows: readonly unknown[]): Buffer =>
  Buffer.from(
    JSON.stringify(rows, (_key, value) =>
      value?.type === "Buffer" ? Buffer.from(value.data).toString("latin1") : value,
    ),
  );

async function eventPlaces({ config }: Installed): Promise<Place[]> {
  const client = EventStoreDBClient.connectionString(config.eventStoreUrl);
  const places: Place[] = [];
  for await (const { event } of client.readAll()) {
    if (event === undefined) continue;
    const { streamId, type, data, metadata } = event;
    places.push({
      name: `event:${type}`,
      bytes: Buffer.from(JSON.stringify({ streamId, data, metadata })),
    });
  }
  await client.dispose();
  return places;
}

async function metricPlaces({ folder }: Installed): Promise<Place[]> {
  const logs = readdirSync(join(folder, "logs"));
  const ports = logs.flatMap((name) => {
    const text = readFileSync(join(folder, "logs", name), "utf8");
    return [...text.matchAll(/"metricsPort":(\d+)/g)].slice(-1).map(([, port]) => [name, port]);
  });
  return Promise.all(
    ports.map(async ([name, port]) => {
      const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
      return { name: `metrics:${name}`, bytes: Buffer.from(await answer.arrayBuffer()) };
    }),
  );
}

/** Anybody on the machine may read them. */
function commandLines({ folder }: Installed): Place[] {
  return readdirSync(join(folder, "pids")).flatMap((file) => {
    const pid = Number.parseInt(readFileSync(join(folder, "pids", file), "utf8"), 10);
    try {
      return [{ name: `argv:${file}`, bytes: readFileSync(`/proc/${pid}/cmdline`) }];
    } catch {
      return []; // It runs no more, or the system has no such files.
    }
  });
}
