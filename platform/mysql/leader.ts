import { setTimeout as pause } from "node:timers/promises";
import { type Kysely, sql } from "kysely";
import { type Connection, createConnection, type RowDataPacket } from "mysql2/promise";
import {
  connectMsMax,
  leaderAnswerMsMax,
  leaderPingMs,
  leaderSilentMsMax,
  leaderSureMs,
  reconnectMs,
} from "../patience.js";
import type { Log } from "../process/log.js";
import { isOutage } from "../process/outage.js";
import { connectionOptions, databaseName, isYes } from "./database.js";

export interface Leadership {
  /**
   * Resolves while nobody else can be active. Whoever was stopped, or cut off from MySQL, waits here
   * until MySQL says that the lock is still theirs. If it is not, the process ends.
   */
  confirm(): Promise<void>;
  release(): void;
}

/** One wait for the lock; then the connection is seen to be alive, and the wait goes on. */
const waitSeconds = 10;
const waitAnswerMsMax = 15_000;

/**
 * Waits until this process is the only active one of its kind. A MySQL lock by name ends with its
 * session, and a session that says nothing for a while is ended by MySQL: so a leader that died makes
 * way at once, and one that hangs or is cut off soon. Losing the lock ends the process in the middle
 * of whatever it does, as `kill -9` would: what it does bears that.
 */
export async function becomeLeader(url: string, role: string, log: Log): Promise<Leadership> {
  const name = nameOf(url, role);
  const onLost = () => {
    log.error({ role }, "lost the lock of the active process; ending");
    process.exit(1);
  };
  for (;;) {
    const connection = await connect(url).catch((error: unknown) => waitOut(error, log));
    if (connection === undefined) continue;
    connection.on("error", () => connection.destroy());
    try {
      for (let told = false; !(await tryLock(connection, name)); told = true) {
        if (!told) log.info({ role }, "another process is active; standing by");
      }
      return new Tenure(connection, name, onLost);
    } catch (error) {
      connection.destroy();
      await waitOut(error, log);
    }
  }
}

/** Whether any process is the active one of this kind now. */
export async function hasLeader<Tables>(
  db: Kysely<Tables>,
  url: string,
  role: string,
): Promise<boolean> {
  const name = nameOf(url, role);
  const { rows } = await sql<{ held: unknown }>`
    SELECT IS_USED_LOCK(${name}) IS NOT NULL AS held`.execute(db);
  return isYes(rows[0]?.held);
}

const nameOf = (url: string, role: string): string => `${databaseName(url, "read")} ${role}`;

/** MySQL may come back; what it refuses, it refuses for ever. */
async function waitOut(error: unknown, log: Log): Promise<undefined> {
  if (!isOutage(error)) throw error;
  log.warn({ err: error }, "MySQL does not answer; standing by");
  await pause(reconnectMs);
}

async function connect(url: string): Promise<Connection> {
  const connectTimeout = connectMsMax.background;
  const connection = await createConnection({ ...connectionOptions(url, "read"), connectTimeout });
  try {
    const sql = "SET SESSION wait_timeout = ?";
    const values = [leaderSilentMsMax / 1000];
    await connection.query({ sql, values, timeout: connectTimeout });
    return connection;
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

async function tryLock(connection: Connection, name: string): Promise<boolean> {
  const sql = "SELECT GET_LOCK(?, ?) AS yes";
  return ask(connection, { sql, values: [name, waitSeconds], timeout: waitAnswerMsMax });
}

/** An answer on this connection proves the lock however late it comes. */
async function holds(connection: Connection, name: string): Promise<boolean> {
  const sql = "SELECT IS_USED_LOCK(?) = CONNECTION_ID() AS yes";
  return ask(connection, { sql, values: [name], timeout: leaderAnswerMsMax });
}

async function ask(
  connection: Connection,
  query: { sql: string; values: readonly unknown[]; timeout: number },
): Promise<boolean> {
  const [rows] = await connection.query<RowDataPacket[]>({ ...query, values: [...query.values] });
  return isYes(rows[0]?.["yes"]);
}

class Tenure implements Leadership {
  readonly #connection: Connection;
  readonly #name: string;
  readonly #onLost: () => void;
  #sureUntil = Number.NEGATIVE_INFINITY;
  #waiting: (() => void)[] = [];
  #isReleased = false;

  constructor(connection: Connection, name: string, onLost: () => void) {
    this.#connection = connection;
    this.#name = name;
    this.#onLost = onLost;
    connection.on("error", () => this.#end());
    connection.on("end", () => this.#end());
    void this.#keep();
  }

  readonly confirm = async (): Promise<void> => {
    while (performance.now() >= this.#sureUntil) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  };

  release(): void {
    this.#isReleased = true;
    this.#connection.destroy();
  }

  /** What is sure counts from the question: that is when MySQL begins to count, or later. */
  async #keep(): Promise<void> {
    try {
      for (;;) {
        const askedAt = performance.now();
        if (!(await holds(this.#connection, this.#name))) break;
        this.#sureUntil = askedAt + leaderSureMs;
        for (const wake of this.#waiting.splice(0)) wake();
        await pause(leaderPingMs);
      }
    } catch {
      // The connection is gone, or dead without a word.
    }
    this.#end();
  }

  #end(): void {
    if (!this.#isReleased) this.#onLost();
  }
}
