import { createConnection } from "mysql2/promise";
import type { Log } from "../process/log.js";
import { connectionOptions, databaseName } from "./database.js";

export interface Leadership {
  /** Aborts when the lock's connection is gone: somebody else may hold it now. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

/** One wait for the lock; then the connection is seen to be alive, and the wait goes on. */
const waitSeconds = 10;
const keepAliveMs = 5000;

/**
 * Waits until this process is the only active one of its kind. A MySQL lock by name ends with its
 * connection, so a leader that dies makes way at once.
 */
export async function becomeLeader(url: string, role: string, log: Log): Promise<Leadership> {
  const connection = await createConnection(connectionOptions(url, "read"));
  const lost = new AbortController();
  connection.on("error", () => lost.abort());
  connection.on("end", () => lost.abort());
  const name = `${databaseName(url, "read")} ${role}`;
  for (let isStandingBy = false; !(await tryLock(connection, name)); isStandingBy = true) {
    if (!isStandingBy) log.info({ role }, "another process is active; standing by");
  }
  const keepAlive = setInterval(() => {
    connection.ping().catch(() => lost.abort());
  }, keepAliveMs);
  return {
    lost: lost.signal,
    async release() {
      clearInterval(keepAlive);
      await connection.end();
    },
  };
}

async function tryLock(
  connection: Awaited<ReturnType<typeof createConnection>>,
  name: string,
): Promise<boolean> {
  const [rows] = await connection.query("SELECT GET_LOCK(?, ?) AS got", [name, waitSeconds]);
  return Array.isArray(rows) && rows.some((row) => "got" in row && row["got"] === 1);
}
