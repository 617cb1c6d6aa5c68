import { CompiledQuery, type DatabaseConnection, Kysely, MysqlDialect, sql } from "kysely";
import { type ConnectionOptions, createConnection, createPool } from "mysql2";
import {
  connectionIdleMsMax,
  connectMsMax,
  mysqlMsMax,
  type Patience,
  sessionPingMs,
  sessionSilentMsMax,
} from "../patience.js";
import { promptPool } from "./promptPool.js";

/** What MySQL says when a UNIQUE key is already taken. */
export const isDuplicateKey = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ER_DUP_ENTRY";

/** Whether a lock was got, or a comparison holds: a number of MariaDB, and the text of one of MySQL. */
export const isYes = (answer: unknown): boolean => Number(answer) === 1;

/**
 * Three kinds of data in three databases: read models under the name in the URL (droppable), `_ops`
 * (checkpoints and outbox; backed up) and `_vault` (keys and handles of people; backed up apart).
 */
export type Area = "read" | "ops" | "vault";

const connectionsMax = 10;

/**
 * A server may be set up to cut texts that are too long, and to say nothing. Ours must refuse them.
 * And a process that hangs in a transaction must not hold its rows for hours.
 */
const sessionSettings = CompiledQuery.raw(
  `SET SESSION sql_mode = 'TRADITIONAL', wait_timeout = ${sessionSilentMsMax / 1000}`,
);

export function databaseName(url: string, area: Area): string {
  const name = decodeURIComponent(new URL(url).pathname.slice(1));
  return area === "read" ? name : `${name}_${area}`;
}

/** A VARBINARY of anything but the vault holds text: see `projections/exactColumns.ts`. */
const textOfBytes: NonNullable<ConnectionOptions["typeCast"]> = (field, next) =>
  field.type === "VAR_STRING" ? field.string("utf8") : next();

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
    ...(area !== "vault" && { typeCast: textOfBytes }),
    // Nothing here prepares any, and the room for 16 000 takes 0.8 MB of each connection.
    maxPreparedStatements: 1,
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

export function openDatabase<Tables>(
  url: string,
  area: Area,
  patience: Patience = "background",
): Kysely<Tables> {
  // Made at its first use: Kysely never ends a pool that was not used, and its timer would keep the
  // process alive.
  const pool = async () => {
    const made = createPool({
      ...connectionOptions(url, area),
      connectTimeout: connectMsMax[patience],
      connectionLimit: connectionsMax,
      maxIdle: connectionsMax - 1, // Without it idleTimeout counts for nothing.
      idleTimeout: connectionIdleMsMax,
    });
    return promptPool(made, mysqlMsMax[patience]);
  };
  const onCreateConnection = async (connection: DatabaseConnection) => {
    await connection.executeQuery(sessionSettings);
  };
  return new Kysely<Tables>({ dialect: new MysqlDialect({ pool, onCreateConnection }) });
}

/** Rejects when the database does not answer. */
export async function pingDatabase<Tables>(db: Kysely<Tables>): Promise<void> {
  await sql`SELECT 1`.execute(db);
}

/**
 * For a session that holds a lock while others do the work: MySQL ends one that says nothing for a
 * while. Whoever relies on the lock pings once more, since a process may be stopped at any place.
 */
export async function keepAlive<Tables, Result>(
  session: Kysely<Tables>,
  work: () => Promise<Result>,
): Promise<Result> {
  const timer = setInterval(() => {
    pingDatabase(session).catch(() => undefined); // Its end shows where it is needed.
  }, sessionPingMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
