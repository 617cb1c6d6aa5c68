import { randomBytes } from "node:crypto";
import { Redis } from "ioredis";
import { createConnection } from "mysql2/promise";
import { inject } from "vitest";

const areas = ["", "_ops", "_vault"];

/**
 * The DATABASE_URL of three empty databases (`<name>`, `<name>_ops`, `<name>_vault`) that nobody
 * else uses. They end with their server.
 */
export async function freshDatabaseUrl(): Promise<string> {
  const url = new URL(inject("mariaDbUrl"));
  const name = `obsidian_${randomBytes(6).toString("hex")}`;
  const connection = await createConnection(url.href);
  for (const area of areas) await connection.query(`CREATE DATABASE ${name}${area}`);
  await connection.end();
  url.pathname = `/${name}`;
  return url.href;
}

/** The REDIS_URL of an empty database of Redis that nobody else uses. */
export async function freshRedisUrl(): Promise<string> {
  const redis = new Redis(inject("redisUrl"));
  const number = await redis.incr("databases taken"); // Kept in number 0, which nobody is given.
  await redis.quit();
  const url = new URL(inject("redisUrl"));
  url.pathname = `/${number}`;
  return url.href;
}
