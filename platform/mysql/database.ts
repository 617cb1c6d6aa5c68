import { CompiledQuery, type DatabaseConnection, Kysely, MysqlDialect, sql } from "kysely";
import { type ConnectionOptions, createConnection, createPool } from "mysql2";

/** What MySQL says when a UNIQUE key is already taken. */
export const isDuplicateKey = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ER_DUP_ENTRY";

/**
 * Three kinds of data in three databases: read models under the name in the URL (droppable), `_ops`
 * (checkpoints and outbox; backed up) and `_vault` (keys and handles of people; backed up apart).
 */
export type Area = "read" | "ops" | "vault";

const connectionsMax = 10;

/** A server may be set up to cut texts that are too long, and to say nothing. Ours must refuse them. */
const strict = CompiledQuery.raw("SET SESSION sql_mode = 'TRADITIONAL'");

export function databaseName(url: string, area: Area): string {
  const name = decodeURIComponent(new URL(url).pathname.slice(1));
  return area === "read" ? name : `${name}_${area}`;
}

/** Times are UTC text and 64-bit numbers are text on the way out, as everywhere in this code. */
export function connectionOptions(url: string, area: Area): ConnectionOptions {
  const { hostname, port, username, password } = new URL(url);
  return {
    host: hostname,
    port: port === "" ? 3306 : Number(port),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: databaseName(url, area),
    timezone: "Z",
    charset: "utf8mb4_bin",
    supportBigNumbers: true,
    bigNumberStrings: true,
  };
}

/** Makes the three databases that are missing; the user in the URL must be allowed to. */
export async function makeDatabases(url: string): Promise<void> {
  const { database: _, ...server } = connectionOptions(url, "read");
  const connection = createConnection(server).promise();
  try {
    for (const area of ["read", "ops", "vault"] as const) {
      await connection.query("CREATE DATABASE IF NOT EXISTS ??", [databaseName(url, area)]);
    }
  } finally {
    await connection.end();
  }
}

export function openDatabase<Tables>(url: string, area: Area): Kysely<Tables> {
  const options = connectionOptions(url, area);
  const pool = createPool({ ...options, connectionLimit: connectionsMax });
  const onCreateConnection = async (connection: DatabaseConnection) => {
    await connection.executeQuery(strict);
  };
  return new Kysely<Tables>({ dialect: new MysqlDialect({ pool, onCreateConnection }) });
}

/** Rejects when the database does not answer. */
export async function pingDatabase<Tables>(db: Kysely<Tables>): Promise<void> {
  await sql`SELECT 1`.execute(db);
}
