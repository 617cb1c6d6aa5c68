import type { MysqlPool, MysqlPoolConnection, MysqlQueryResult } from "kysely";
import type { Pool, PoolConnection } from "mysql2";
import { OutageError } from "../process/outage.js";

/**
 * A pool in which neither the wait for a connection nor a query takes longer than `msMax`: a MySQL
 * that hangs keeps its connections open and says nothing. Rows that are streamed have no limit.
 */
export function promptPool(pool: Pool, msMax: number): MysqlPool {
  // Kysely knows a connection again by its object.
  const known = new WeakMap<PoolConnection, MysqlPoolConnection>();
  function prompt(connection: PoolConnection): MysqlPoolConnection {
    const made = known.get(connection) ?? promptConnection(connection, msMax);
    known.set(connection, made);
    return made;
  }
  return {
    getConnection(callback) {
      let isOver = false;
      const timer = setTimeout(() => {
        isOver = true;
        const error = new OutageError(`MySQL gave no connection within ${msMax} ms.`);
        // With an error there is none to look at.
        callback(error, undefined as never);
      }, msMax);
      pool.getConnection((error, connection) => {
        clearTimeout(timer);
        if (isOver) connection?.release();
        else callback(error, error === null ? prompt(connection) : (undefined as never));
      });
    },
    end: (callback) => pool.end(callback),
  };
}

type OnResult = (error: unknown, result: MysqlQueryResult) => void;

function promptConnection(connection: PoolConnection, msMax: number): MysqlPoolConnection {
  function query(sql: string, values: unknown[], onResult?: OnResult) {
    if (onResult === undefined) return connection.query(sql, values);
    return connection.query({ sql, values, timeout: msMax }, (error, result) => {
      // The answer may still come, and would be taken for that of the next query.
      if (error?.code === "PROTOCOL_SEQUENCE_TIMEOUT") connection.destroy();
      onResult(error, result as MysqlQueryResult);
    });
  }
  return { query, release: () => connection.release() };
}
