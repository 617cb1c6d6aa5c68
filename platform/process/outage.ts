/** A part that we depend on did not answer. What it was asked may have happened all the same. */
export class OutageError extends Error {
  override readonly name: string = "OutageError";
}

const outageCodes = new Set([
  // Of the system: nobody there, no way to it, or nothing left here to reach it with.
  "EAI_AGAIN",
  "ECONNABORTED",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTDOWN",
  "EHOSTUNREACH",
  "EMFILE",
  "ENETDOWN",
  "ENETUNREACH",
  "ENFILE",
  "ENOMEM",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
  // A disk that is full, broken or read-only.
  "EDQUOT",
  "EIO",
  "ENOSPC",
  "EROFS",
  // Of MySQL: gone, starting, full, or busy with others' locks.
  "PROTOCOL_CONNECTION_LOST",
  "PROTOCOL_SEQUENCE_TIMEOUT",
  "EE_CANT_CHSIZE",
  "EE_DISK_FULL",
  "EE_DISK_FULL_WITH_RETRY_MSG",
  "EE_OUTOFMEMORY",
  "EE_OUT_OF_FILERESOURCES",
  "EE_WRITE",
  "ER_BINLOG_ROW_LOGGING_FAILED",
  "ER_CANT_CREATE_THREAD",
  "ER_CONNECTION_KILLED",
  "ER_CON_COUNT_ERROR",
  "ER_DISK_FULL",
  "ER_DISK_FULL_NOWAIT",
  "ER_ENGINE_OUT_OF_MEMORY",
  "ER_ERROR_ON_WRITE",
  "ER_INNODB_UNDO_LOG_FULL",
  "ER_IO_WRITE_ERROR",
  "ER_LOCK_DEADLOCK",
  "ER_LOCK_TABLE_FULL",
  "ER_LOCK_WAIT_TIMEOUT",
  "ER_NORMAL_SHUTDOWN",
  "ER_OPTION_PREVENTS_STATEMENT",
  "ER_OUTOFMEMORY",
  "ER_OUT_OF_RESOURCES",
  "ER_QUERY_INTERRUPTED",
  "ER_READ_ONLY_MODE",
  "ER_RECORD_FILE_FULL",
  "ER_SERVER_SHUTDOWN",
  "ER_TEMP_FILE_WRITE_FAILURE",
  "ER_TOO_MANY_CONCURRENT_TRXS",
  "ER_TOO_MANY_USER_CONNECTIONS",
  "ER_USER_LIMIT_REACHED",
]);
/**
 * Of mysql2 and ioredis, which give these no code, and of MySQL, which says "error 28" under the code
 * of whatever it was about to do.
 */
const messages =
  /No space left on device|in closed state|Command timed out|Connection is closed|max retries per request|Stream isn't writeable/;
/** How a Redis that is full, read-only, loading, busy or without its cluster begins its refusals. */
const redisRefusals =
  /^(ReplyError: )?(OOM|MISCONF|READONLY|LOADING|BUSY|TRYAGAIN|CLUSTERDOWN|MASTERDOWN|NOREPLICAS|UNBLOCKED|EXECABORT)\b/;

/**
 * Did a part not answer, or is it for now unable to do what it is asked, whatever that is? Then trying
 * again may help.
 */
export function isOutage(error: unknown): boolean {
  if (error instanceof OutageError) return true;
  if (!(error instanceof Error)) return false;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return outageCodes.has(code) || messages.test(error.message) || redisRefusals.test(error.message);
}

/** Waits for what may never be said. */
export interface Listening {
  /** Something was said: the time begins anew. */
  heard(): void;
  end(): void;
}

/**
 * Acts once nothing was heard for so long. Counted in two halves: a process that was itself stopped,
 * or busy, finds an answer that lies here before the second is over.
 */
export function onSilence(msMax: number, act: () => void): Listening {
  let timer: NodeJS.Timeout;
  let isOver = false;
  const wait = (halves: number): void => {
    timer = setTimeout(() => (halves > 1 ? wait(halves - 1) : act()), msMax / 2);
  };
  wait(2);
  return {
    heard() {
      if (isOver) return;
      clearTimeout(timer);
      wait(2);
    },
    end() {
      isOver = true;
      clearTimeout(timer);
    },
  };
}

/** @throws OutageError when the answer takes longer; it may still come, and nobody listens then */
export async function withinTime<Answer>(
  part: string,
  msMax: number,
  answer: Promise<Answer>,
): Promise<Answer> {
  let listening: Listening | undefined;
  const tooLong = new Promise<never>((_resolve, reject) => {
    const fail = () => reject(new OutageError(`${part} did not answer within ${msMax} ms.`));
    listening = onSilence(msMax, fail);
  });
  try {
    return await Promise.race([answer, tooLong]);
  } finally {
    listening?.end();
  }
}
